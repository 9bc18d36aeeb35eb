# Rscript prediction.R: predictions against outcomes, pseudo-values, propensity and pooling (veteran and closed forms).
suppressPackageStartupMessages({library(survival); library(splines); library(riskRegression); library(mice)}); source("as_json.R")
v <- veteran
v$p <- round(plogis((70 - v$karno) / 25), 4); v$q <- round(plogis((v$age - 50) / 20), 4)
day <- 120; copy <- data.frame(v)
score <- Score(list(p = v$p, q = v$q), Surv(time, status) ~ 1, data.table::as.data.table(v), times = day, metrics = c("auc", "brier"), cens.model = "km", se.fit = FALSE, conf.int = FALSE)
v <- copy; auc <- as.data.frame(score$AUC$score); brier <- as.data.frame(score$Brier$score)
# calibration: Cox with a natural spline of log(-log(1 - p))
v$c <- log(-log(1 - v$p)); knots <- unname(quantile(v$c, c(0.05, 0.5, 0.95)))
fit <- coxph(Surv(time, status) ~ ns(c, knots = knots[2], Boundary.knots = knots[c(1, 3)]), v, ties = "efron", control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100))
curve <- 1 - as.vector(summary(survfit(fit, newdata = v), times = day)$surv)
slope <- coxph(Surv(time, status) ~ c, v, control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100))
# decision curves: survfit among those acted on
limits <- c(0.1, 0.3, 0.5, 0.7)
risk <- function(d) 1 - summary(survfit(Surv(time, status) ~ 1, d), times = day, extend = TRUE)$surv
benefit <- function(name) sapply(limits, function(t) { a <- v[v[[name]] >= t, ]; s <- nrow(a) / nrow(v); if (s == 0) 0 else s * risk(a) - s * (1 - risk(a)) * t / (1 - t) })
all <- sapply(limits, function(t) risk(v) - (1 - risk(v)) * t / (1 - t))
# pseudo-values: one row left out at a time
n <- nrow(v); at <- c(60, 180)
jack <- function(f) { whole <- f(v); t(sapply(seq_len(n), function(i) n * whole - (n - 1) * f(v[-i, ]))) }
surv <- jack(function(d) summary(survfit(Surv(time, status) ~ 1, d), times = at, extend = TRUE)$surv)
mean180 <- jack(function(d) summary(survfit(Surv(time, status) ~ 1, d), rmean = 180)$table[["rmean"]])
v$cause <- ifelse(v$status == 0, 0, ifelse(v$prior == 10, 2, 1))
incidence <- jack(function(d) { f <- survfit(Surv(time, factor(cause, 0:2)) ~ 1, d); summary(f, times = at, extend = TRUE)$pstate[, 2] })
# propensity of the second treatment
g <- glm(I(trt - 1) ~ karno + age + I(prior / 10), binomial, v, control = glm.control(epsilon = 1e-14, maxit = 100))
e <- unname(fitted(g)); z <- v$trt - 1
# pooling by Rubin's rules, with Barnard and Rubin's degrees of freedom
estimates <- c(0.21, 0.34, 0.29, 0.17, 0.25); variances <- c(0.010, 0.012, 0.011, 0.009, 0.013)
pooled <- pool.scalar(estimates, variances, n = 100, k = 3); large <- pool.scalar(estimates, variances, n = Inf)
save_json(list(data = v[c("time", "status", "p", "q", "karno", "age", "prior", "trt", "cause")], day = day,
  auc = I(auc$AUC), brier = I(brier$Brier[match(c("p", "q"), brier$model)]), brier_of_all = brier$Brier[brier$model == "Null model"],
  calibration = list(knots = knots, observed = curve, slope = unname(coef(slope)), slope_se = unname(sqrt(vcov(slope)[1, 1]))),
  decisions = list(limits = limits, p = benefit("p"), q = benefit("q"), all = all),
  pseudo = list(at = at, survival = surv, rmst_180 = as.vector(mean180), incidence_1 = incidence),
  propensity = list(coefficients = I(unname(coef(g))), standard_errors = I(unname(sqrt(diag(vcov(g))))), probability = e,
    all = ifelse(z == 1, mean(z) / e, (1 - mean(z)) / (1 - e)), treated = ifelse(z == 1, 1, e / (1 - e)), overlap = ifelse(z == 1, 1 - e, e)),
  pooling = list(estimates = estimates, variances = variances, estimate = pooled$qbar, total = pooled$t, df = pooled$df, df_large = large$df)),
  "prediction.json", c("survival", "riskRegression", "mice"))
