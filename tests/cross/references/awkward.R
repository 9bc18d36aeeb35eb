# Rscript awkward.R: data with delayed entry, weights, strata, clusters, heavy ties and none, in R survival and cmprsk.
suppressPackageStartupMessages({library(survival); library(cmprsk)}); source("as_json.R")
RNGversion("4.2.0"); set.seed(20)
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)
n <- 110
make <- function(heavy) {
  x <- round(rnorm(n), 2); b <- as.numeric(rbinom(n, 1, 0.4)); g <- sample(c("ring", "bar", "no tail"), n, TRUE)
  s <- sample(c("east", "west", "far north"), n, TRUE, c(.5, .3, .2)); cl <- sample(30, n, TRUE)
  h <- 0.02 * exp(0.5 * x - 0.4 * b + 0.3 * (g == "bar"))
  one <- rexp(n, h); two <- rexp(n, 0.01 * exp(-0.3 * x)); end <- runif(n, 5, 120); late <- ifelse(runif(n) < 0.5, 0, runif(n, 0, 40))
  t <- pmin(one, two, end); cause <- ifelse(t == end, 0, ifelse(t == one, 1, 2))
  if (heavy) { t <- ceiling(t / 4); late <- floor(late / 4) } else { t <- round(t, 3) + 0.001; late <- round(late, 3) }
  d <- data.frame(t, late, cause, died = as.numeric(cause == 1), x, b, g, s, cl, w = round(runif(n, 0.3, 2.5), 2), k = sample(1:3, n, TRUE), off = round(rnorm(n) / 3, 2))
  d <- d[d$late < d$t, ]; d$id <- seq_len(nrow(d)); d
}
sets <- list(heavy = make(TRUE), distinct = make(FALSE))
cox <- function(fit, rows) { z <- cox.zph(fit, transform = "km")$table[, "chisq"]; ct <- fit$concordance; naive <- if (is.null(fit$naive.var)) fit$var else fit$naive.var
  c(list(coef = I(unname(coef(fit))), se = I(sqrt(diag(naive))), robust = if (is.null(fit$naive.var)) NULL else I(sqrt(diag(fit$var))), loglik = I(fit$loglik), score = fit$score,
    wald = drop(coef(fit) %*% solve(fit$var) %*% coef(fit)), zph = I(unname(z)), concordance = I(c(ct["concordance"], ct["std"]))),
    if (rows) list(martingale = I(unname(residuals(fit, "martingale"))), deviance = I(unname(residuals(fit, "deviance"))), dscore = unname(as.matrix(residuals(fit, "score"))), dfbeta = unname(as.matrix(residuals(fit, "dfbeta"))))) }
# the log-rank test with delayed entry, which survdiff does not take: the hypergeometric tables one by one
tables <- function(from, to, died, g, s) { gs <- sort(unique(g)); u <- numeric(length(gs)); V <- matrix(0, length(gs), length(gs))
  for (ss in unique(s)) for (tt in unique(to[died == 1 & s == ss])) { at <- s == ss & from < tt & to >= tt; n <- sum(at); d <- sum(at & died == 1 & to == tt)
    p <- sapply(gs, function(k) sum(at & g == k)) / n; u <- u + sapply(gs, function(k) sum(at & g == k & died == 1 & to == tt)) - d * p
    if (n > 1) V <- V + d * (n - d) / (n - 1) * (diag(p) - outer(p, p)) }
  drop(u[-1] %*% solve(V[-1, -1]) %*% u[-1]) }
peak <- function(nll, start) { p <- optim(start, nll, method = "BFGS", control = list(maxit = 1000, reltol = 1e-14))$par
  for (i in 1:4) p <- p - solve(numDeriv::hessian(nll, p), numDeriv::grad(nll, p)); list(coef = I(p), se = I(sqrt(diag(solve(numDeriv::hessian(nll, p))))), loglik = -nll(p)) }
out <- list()
for (name in names(sets)) { d <- sets[[name]]; d$fac <- factor(d$cause, 0:2); r <- list(data = d[c("t", "late", "cause", "died", "x", "b", "g", "s", "cl", "w", "k", "off")])
  for (e in c("none", "late")) for (w in c("none", "k", "w")) {
    ww <- as.numeric(if (w == "none") rep(1, nrow(d)) else d[[w]]); d$ww <- ww
    S <- if (e == "none") Surv(d$t, d$died) else Surv(d$late, d$t, d$died); d$S <- S
    M <- if (e == "none") Surv(d$t, d$fac) else Surv(d$late, d$t, d$fac)
    key <- paste(e, w); one <- list()
    # robust explicitly as in its default: weights that are no whole numbers
    km <- if (w == "w") survfit(S ~ g, d, weights = ww, robust = TRUE, id = id, conf.type = "log-log") else survfit(S ~ g, d, weights = ww, robust = FALSE, conf.type = "log-log")
    q <- quantile(km, c(.25, .5, .75)); sk <- summary(km, rmean = 20)$table
    if (w != "k") one$km <- list(strata = I(rep(names(km$strata), km$strata)), time = km$time, n_risk = km$n.risk, n_event = km$n.event, n_censor = km$n.censor, surv = km$surv, se = I(if (km$logse) km$std.err * km$surv else km$std.err), lower = I(km$lower), upper = I(km$upper), cumhaz = km$cumhaz, chse = I(km$std.chaz),
      q = q$quantile, ql = q$lower, qu = q$upper, groups = I(rownames(sk)), rmean = I(unname(sk[, "rmean"])), rmean_se = I(unname(sk[, "se(rmean)"])))
    if (w == "w") { rr <- residuals(km, times = 20, type = "rmst", weighted = TRUE); one$km$rmean_robust <- I(sapply(rownames(sk), function(gg) sqrt(sum(rr[paste0("g=", d$g) == gg]^2)))) }
    # who is free of the event after 5; start.time counts those at it, so that it lies between two days here
    after <- if (w == "w") survfit(S ~ g, d, weights = ww, robust = TRUE, id = id, conf.type = "log-log", start.time = 5.5) else survfit(S ~ g, d, weights = ww, robust = FALSE, conf.type = "log-log", start.time = 5.5)
    sa <- summary(after, times = c(8, 14), extend = TRUE); one$after <- list(strata = I(as.character(sa$strata)), time = sa$time, survival = sa$surv, standard_error = I(sa$std.err), lower = I(sa$lower), upper = I(sa$upper))
    aj <- survfit(M ~ g, d, weights = ww, id = id)
    if (w != "k") one$aj <- list(strata = I(rep(names(aj$strata), aj$strata)), time = aj$time, pstate = aj$pstate, se = aj$std.err)
    for (ti in c("efron", "breslow")) {
      one[[paste0("cox_", ti)]] <- cox(coxph(S ~ x + b + g, d, weights = ww, ties = ti, control = tight), w == "w" && ti == "efron")
      one[[paste0("coxs_", ti)]] <- cox(coxph(S ~ x + b + strata(s) + offset(off), d, weights = ww, ties = ti, control = tight, cluster = cl), w == "w" && ti == "efron")
      f <- coxph(S ~ x + b + strata(s), d, weights = ww, ties = ti, control = tight, robust = FALSE)
      bh <- basehaz(f, centered = FALSE); one[[paste0("base_", ti)]] <- list(hazard = bh$hazard, time = bh$time, strata = I(as.character(bh$strata)))
      p <- survfit(f, newdata = data.frame(x = c(-1, 0.5), b = c(1, 0), s = "east"), conf.type = "log"); sp <- summary(p, times = c(4, 8, 16, 30), extend = TRUE)
      one[[paste0("pred_", ti)]] <- list(surv = sp$surv, se = sp$std.err, lower = sp$lower, upper = sp$upper)
    }
    if (w == "none" && (e == "none" || name == "distinct")) { fx <- coxph(S ~ x + b, d, ties = "exact", control = tight); one$cox_exact <- list(coef = I(unname(coef(fx))), se = I(sqrt(diag(fx$var))), loglik = I(fx$loglik)) }
    if (w != "w") { dd <- d[rep(seq_len(nrow(d)), ww), ]; from <- if (e == "none") rep(0, nrow(dd)) else dd$late
      one$logrank <- tables(from, dd$t, dd$died, dd$g, rep("all", nrow(dd))); one$logrank_s <- tables(from, dd$t, dd$died, dd$g, dd$s)
      if (e == "none") stopifnot(all.equal(one$logrank, survdiff(Surv(t, died) ~ g, dd)$chisq), all.equal(one$logrank_s, survdiff(Surv(t, died) ~ g + strata(s), dd)$chisq)) }
    if (w == "w") { one$logrank <- coxph(S ~ g, d, weights = ww, cluster = id, ties = "breslow", control = tight)$rscore; one$logrank_s <- coxph(S ~ g + strata(s), d, weights = ww, cluster = id, ties = "breslow", control = tight)$rscore }
    cc <- concordance(S ~ x, d, weights = ww, reverse = TRUE); cs <- concordance(S ~ x + strata(s), d, weights = ww, reverse = TRUE, cluster = cl); cd <- concordance(S ~ round(x), d, weights = ww, reverse = TRUE)
    one$conc <- list(value = unname(cc$concordance), se = sqrt(cc$var), vs = unname(cs$concordance), ses = sqrt(cs$var), vd = unname(cd$concordance), sed = sqrt(cd$var), counts = I(unname(cd$count)))
    # finegray takes weights for granted in its estimate of censoring; weights that count rows are rows here
    if (w != "w") { dk <- d[rep(seq_len(nrow(d)), ww), c("t", "late", "fac", "x", "b", "g", "s")]; dk$row <- seq_len(nrow(dk))
      dk$M <- if (e == "none") Surv(dk$t, dk$fac) else Surv(dk$late, dk$t, dk$fac)
      fgd <- finegray(M ~ x + b + g + row, dk, id = row, etype = 1)
      fgs <- finegray(M ~ x + b + row + keep + strata(s), transform(dk, keep = s), id = row, etype = 1)
      for (ti in c("efron", "breslow")) { fg <- coxph(Surv(fgstart, fgstop, fgstatus) ~ x + b + g, fgd, weights = fgwt, ties = ti, control = tight, cluster = row)
        one[[paste0("fg_", ti)]] <- list(coef = I(unname(coef(fg))), se = I(sqrt(diag(fg$naive.var))), robust = I(sqrt(diag(fg$var))), loglik = I(fg$loglik))
        fg <- coxph(Surv(fgstart, fgstop, fgstatus) ~ x + b + strata(keep), fgs, weights = fgwt, ties = ti, control = tight, cluster = row)
        one[[paste0("fgs_", ti)]] <- list(coef = I(unname(coef(fg))), se = I(sqrt(diag(fg$naive.var))), robust = I(sqrt(diag(fg$var))), loglik = I(fg$loglik)) } }
    if (e == "none") for (di in c("exponential", "weibull", "lognormal", "loglogistic")) { pf <- survreg(Surv(t, died) ~ x + b, d, weights = ww, dist = di, control = survreg.control(rel.tolerance = 1e-13, maxiter = 200)); one[[paste0("par_", di)]] <- list(coef = I(unname(coef(pf))), scale = pf$scale, loglik = I(pf$loglik), se = I(sqrt(diag(pf$var)))) }
    # left truncation in parametric and cure models: their likelihood written out, its maximum by Newton's steps
    if (e == "late" && w == "w") { X <- cbind(1, d$x, d$b); y <- d$died
      dens <- list(weibull = function(z) z - exp(z), lognormal = function(z) dnorm(z, log = TRUE), loglogistic = function(z) dlogis(z, log = TRUE))
      surv <- list(weibull = function(z) -exp(z), lognormal = function(z) pnorm(-z, log.p = TRUE), loglogistic = function(z) plogis(-z, log.p = TRUE))
      of <- function(di) function(t, mu, a) list(f = dens[[di]]((log(t) - mu) / exp(a)) - a - log(t), S = surv[[di]]((log(t) - mu) / exp(a)))
      families <- c(sapply(names(dens), of), list(gompertz = function(t, mu, a) { H <- exp(mu) * expm1(a * t) / a; list(f = mu + a * t - H, S = -H) }))
      for (di in names(families)) { fam <- families[[di]]; nll <- function(p) { mu <- drop(X %*% p[1:3]); o <- fam(d$t, mu, p[4]); b0 <- ifelse(d$late > 0, fam(pmax(d$late, 1e-9), mu, p[4])$S, 0); -sum(ww * (ifelse(y == 1, o$f, o$S) - b0)) }
        one[[paste0("par_", di)]] <- peak(nll, if (di == "gompertz") c(-4, 0, 0, 0.01) else c(log(mean(d$t)), 0, 0, 0)) }
      nll <- function(p) { o <- families$weibull(d$t, p[3] + p[4] * d$b, p[5]); b0 <- ifelse(d$late > 0, families$weibull(pmax(d$late, 1e-9), p[3] + p[4] * d$b, p[5])$S, 0); u <- plogis(-(p[1] + p[2] * d$x))
        -sum(ww * (ifelse(y == 1, log(u) + o$f, log(1 - u + u * exp(o$S))) - log(1 - u + u * exp(b0)))) }
      one$cure <- peak(nll, c(-0.5, 0, log(mean(d$t)), 0, 0)) }
    r[[key]] <- one }
  gr <- cuminc(d$t, d$cause, d$g); r$gray <- I(gr$Tests[, "stat"]); gs <- cuminc(d$t, d$cause, d$g, strata = d$s, rho = 0.5); r$gray_s <- I(gs$Tests[, "stat"])
  cr <- crr(d$t, d$cause, model.matrix(~ x + b + g, d)[, -1], gtol = 1e-12, maxiter = 100); r$crr <- list(coef = I(unname(cr$coef)), se = I(sqrt(diag(cr$var))), loglik = I(c(cr$loglik.null, cr$loglik)))
  cg <- crr(d$t, d$cause, model.matrix(~ x + b, d)[, -1], cengroup = d$s, gtol = 1e-12, maxiter = 100); r$crr_g <- list(coef = I(unname(cg$coef)), se = I(sqrt(diag(cg$var))))
  sd <- survdiff(Surv(t, died) ~ g, d, rho = 1); r$peto <- sd$chisq
  uno <- concordance(Surv(t, died) ~ x, d, timewt = "n/G2", reverse = TRUE); r$uno <- I(c(uno$concordance, sqrt(uno$var)))
  out[[name]] <- r }
save_json(out, "awkward.json", c("survival", "cmprsk", "numDeriv"))
