# Rscript intervals.R: interval-censored times made from veteran by monthly visits, by survreg and by plain EM.
suppressPackageStartupMessages(library(survival)); source("as_json.R")
v <- veteran
v$lower <- ifelse(v$status == 1, floor((v$time - 1) / 30) * 30, v$time)
v$upper <- ifelse(v$status == 1, v$lower + 30, NA)
exact <- v$status == 1 & v$time %% 7 == 0           # some are known to the day
v$lower[exact] <- v$upper[exact] <- v$time[exact]
left <- !is.na(v$upper) & v$lower == 0
v$low <- ifelse(left, NA, v$lower)
fits <- lapply(c(weibull = "weibull", exponential = "exponential", lognormal = "lognormal", loglogistic = "loglogistic"), function(kind) {
  f <- survreg(Surv(low, upper, type = "interval2") ~ trt + karno, v, dist = kind, control = list(rel.tolerance = 1e-13, maxiter = 200))
  list(coefficients = I(unname(c(coef(f), if (kind != "exponential") log(f$scale)))), covariance = unname(vcov(f)), log_likelihood = I(f$loglik))
})
# Turnbull by plain EM over all innermost intervals: (lower, upper], a known day is a point
em <- function(lower, upper, rounds = 100000) {
  upper[is.na(upper)] <- Inf
  left <- data.frame(t = lower, side = ifelse(lower == upper, 0, 2), kind = "L")   # a point begins before, an open end after its day
  right <- data.frame(t = upper, side = 1, kind = "R")
  ends <- rbind(left, right); ends <- ends[order(ends$t, ends$side), ]
  at <- which(ends$kind == "L" & c(ends$kind[-1], "L") == "R")
  from <- ends$t[at]; to <- ends$t[at + 1]; point <- ends$side[at] == 0
  inside <- outer(seq_along(lower), seq_along(from), function(i, j)
    ifelse(lower[i] == upper[i], point[j] & from[j] == lower[i], lower[i] <= from[j] & !(point[j] & from[j] == lower[i]) & to[j] <= upper[i]))
  inside <- inside + 0
  p <- rep(1 / length(from), length(from))
  for (round in seq_len(rounds)) { w <- as.vector(inside %*% p); p <- p * as.vector(crossprod(inside, 1 / w)) / length(lower) }
  list(from = from, to = ifelse(is.infinite(to), NA, to), p = p, log_likelihood = sum(log(inside %*% p)))
}
one <- em(v$lower[v$trt == 1], v$upper[v$trt == 1]); two <- em(v$lower[v$trt == 2], v$upper[v$trt == 2])
save_json(list(data = v[c("lower", "upper", "trt", "karno")], parametric = fits, turnbull_1 = one, turnbull_2 = two), "intervals.json", "survival")
