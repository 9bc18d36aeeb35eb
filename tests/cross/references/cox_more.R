# Rscript cox_more.R: effects that change with time, splines and a ridge penalty of R survival (veteran).
suppressPackageStartupMessages({library(survival); library(splines)}); source("as_json.R")
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)
v <- veteran; v$x <- v$karno; v$prior <- v$prior / 10
moving <- function(g) model(coxph(Surv(time, status) ~ trt + prior + karno + tt(karno), v, tt = g, control = tight))
log_moving <- moving(function(x, t, ...) x * log(t))
straight <- moving(function(x, t, ...) x * t)
both <- model(coxph(Surv(time, status) ~ karno + tt(karno) + trt + tt(trt) + strata(prior), v, control = tight, ties = "breslow",
  tt = list(function(x, t, ...) x * log(t), function(x, t, ...) x * (t > 90))))
edges <- c(20, 90)
natural <- coxph(Surv(time, status) ~ ns(karno, knots = c(40, 60, 75), Boundary.knots = c(10, 99)) + trt, v, control = tight)
cubic <- coxph(Surv(time, status) ~ bs(age, knots = c(55, 65), Boundary.knots = c(34, 81)) + trt, v, control = tight)
shape <- function(fit, new) { p <- predict(fit, new, type = "lp", reference = "sample"); p - p[1] }
new <- data.frame(karno = c(20, 40, 60, 80, 90), age = c(40, 50, 60, 65, 70), trt = 1)
ridged <- coxph(Surv(time, status) ~ trt + ridge(karno, age, theta = 5, scale = FALSE), v, control = tight)
start <- survfit(Surv(time, status) ~ trt, v, start.time = 60, conf.type = "log-log")
late <- summary(start, times = c(90, 180, 365), extend = TRUE)
reverse <- survfit(Surv(time, 1 - status) ~ trt, v, conf.type = "log-log")
uno <- concordance(coxph(Surv(time, status) ~ trt + karno, v, control = tight), timewt = "n/G2")
v$w <- 0.5 + (v$age %% 7) / 4; v$known <- v$karno / 100
weighted <- coxph(Surv(time, status) ~ trt + offset(known), v, weights = w, cluster = celltype, control = tight)
save_json(list(data = v[c("time", "status", "trt", "prior", "karno", "age", "w", "known", "celltype")],
  varying_log = log_moving, varying_identity = straight, varying_two = both,
  natural_spline = list(log_likelihood = I(natural$loglik), at = new$karno, shape = shape(natural, new)),
  cubic_spline = list(log_likelihood = I(cubic$loglik), at = new$age, shape = shape(cubic, new)),
  ridge = list(coefficients = I(unname(coef(ridged))), covariance = unname(vcov(ridged)), log_likelihood = I(ridged$loglik)),
  weighted = list(coefficients = I(unname(coef(weighted))), covariance = unname(vcov(weighted)), log_likelihood = I(weighted$loglik), naive = weighted$naive.var[1, 1]),
  conditional = list(survived = 60, group = as.character(late$strata), time = late$time, survival = late$surv, standard_error = late$std.err, lower = late$lower, upper = late$upper),
  follow_up = list(time = reverse$time, survival = reverse$surv, tenth = as.vector(quantile(reverse, 0.1)$quantile)),
  uno = list(value = unname(uno$concordance))),
  "cox_more.json", "survival")
