# Rscript recurrent_and_frailty.R: recurrent events (bladder) and gamma frailty (kidney, rats) of R survival.
suppressPackageStartupMessages(library(survival)); source("as_json.R")
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100, outer.max = 200)
b <- bladder2
ag <- coxph(Surv(start, stop, event) ~ rx + size + number, b, cluster = id, control = tight)
four <- subset(b, enum < 5)
pwp <- coxph(Surv(start, stop, event) ~ rx + size + number + strata(enum), four, cluster = id, control = tight)
gap <- coxph(Surv(stop - start, event) ~ rx + size + number + strata(enum), four, cluster = id, control = tight)
wlw <- coxph(Surv(stop, event) ~ rx + size + number + strata(enum), bladder, cluster = id, control = tight)
every <- coxph(Surv(stop, event) ~ (rx + size + number) * strata(enum), bladder, cluster = id, control = tight)
means <- survfit(Surv(start, stop, event) ~ rx, b, id = id, cluster = id)
save_json(list(data = b[c("id", "rx", "size", "number", "start", "stop", "event", "enum")],
  andersen_gill = model(ag), pwp_total = model(pwp), pwp_gap = model(gap), wlw = model(wlw),
  wlw_bladder = bladder[c("id", "rx", "size", "number", "stop", "event", "enum")],
  wlw_by_event = model(every),
  mean_count = list(group = rep(names(means$strata), means$strata), time = means$time, mean = means$cumhaz, standard_error = means$std.chaz)),
  "recurrent.json", "survival")

profile <- function(formula, data, thetas) {
  one <- function(theta) {
    environment(formula) <- environment()
    f <- coxph(formula, data, control = tight)
    list(theta = theta, coefficients = I(unname(coef(f)[1:2])), covariance = unname(f$var[1:2, 1:2]), log_likelihood = I(f$loglik),
         c_loglik = f$history[[1]]$c.loglik, frailty = I(unname(coef(f)[-(1:2)])))
  }
  setNames(lapply(thetas, one), paste0("theta_", thetas))
}
k <- kidney; r <- rats; r$female <- as.numeric(r$sex == "f")
free <- function(f) list(theta = f$history[[1]]$theta, c_loglik = f$history[[1]]$c.loglik, coefficients = I(unname(coef(f)[1:2])), frailty = I(unname(coef(f)[-(1:2)])))
save_json(list(
  kidney = k[c("id", "time", "status", "age", "sex")],
  kidney_fixed = profile(Surv(time, status) ~ age + sex + frailty(id, theta = theta, sparse = FALSE), k, c(0.2, 0.4, 1)),
  kidney_free = free(coxph(Surv(time, status) ~ age + sex + frailty(id, eps = 1e-9, sparse = FALSE), k, control = tight)),
  rats = r[c("litter", "rx", "time", "status", "female")],
  rats_fixed = profile(Surv(time, status) ~ rx + female + frailty(litter, theta = theta, sparse = FALSE), r, c(0.5)),
  rats_free = free(coxph(Surv(time, status) ~ rx + female + frailty(litter, eps = 1e-9, sparse = FALSE), r, control = tight))),
  "frailty.json", "survival")
