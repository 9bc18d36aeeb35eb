# Rscript relative.R: net and relative survival by relsurv, its Slovenian colon cancer rows and population.
suppressPackageStartupMessages(library(relsurv)); source("as_json.R")
rows <- colrec[seq(1, nrow(colrec), by = 24), c("sex", "age", "diag", "time", "stat")]
rows$time <- pmin(rows$time, 3000); rows$stat[rows$time == 3000] <- 0
rows$day <- as.integer(rows$diag) - 3653L                                # since 1970-01-01
years <- 1994:2005; ages <- 20:103
values <- array(signif(unclass(slopop)[ages + 1, as.character(years), ], 5), c(length(ages), length(years), 2))
people <- values; dimnames(people) <- list(age = ages, year = years, sex = c("male", "female"))
attributes(people) <- c(attributes(people)[c("dim", "dimnames")], list(dimid = c("age", "year", "sex"), factor = c(0, 0, 1),
  type = c(2, 3, 1), cutpoints = list(ages * 365.25, as.date(paste0("1Jan", years)), NULL), class = "ratetable"))
dimnames(people) <- unname(dimnames(people)); attr(people, "dimnames") <- list(as.character(ages), as.character(years), c("male", "female"))
one <- function(method, ...) {
  f <- rs.surv(Surv(time, stat) ~ 1, rows, ratetable = people, method = method, type = "fleming-harrington", precision = 1,
    rmap = list(age = age, year = diag, sex = sex), ...)
  at <- f$time %in% c(104, 365, 983, 1000, 1826, 2900) | f$time %in% head(f$time[f$n.event > 0], 8)
  list(time = f$time[at], survival = f$surv[at], standard_error = f$std.err[at] * f$surv[at], lower = f$lower[at], upper = f$upper[at])
}
# Pohar-Perme straight from its definition, a day at a time; relsurv rounds a little within a day
n <- nrow(rows); last <- max(rows$time); h <- matrix(0, n, last)
for (i in 1:n) {
  d <- 0:(last - 1); a <- pmin(floor((rows$age[i] + d) / 365.25) - 19, 84)
  h[i, ] <- values[cbind(a, findInterval(as.integer(rows$diag[i]) + d, as.integer(as.date(paste0("1Jan", years)))), rows$sex[i])]
}
w <- exp(t(apply(h, 1, cumsum))); at_risk <- outer(rows$time, 1:last, ">="); died <- outer(rows$time, 1:last, "==") * rows$stat
noon <- at_risk * w * exp(-h / 2)
excess <- cumsum(colSums(died * w) / colSums(at_risk * w) - colSums(noon * h) / colSums(noon))
days <- c(1, 100, 365, 1000, 1826, 2900)
save_json(list(data = data.frame(sex = c("male", "female")[rows$sex], age = rows$age / 365.25, day = rows$day, time = rows$time, event = rows$stat),
  ages = ages, years = years, male = values[, , 1], female = values[, , 2],
  pohar_perme = one("pohar-perme", add.times = 1:3000), ederer_2 = one("ederer2"),
  by_definition = list(time = days, survival = exp(-excess[days]))), "relative.json", c("survival", "relsurv"))
