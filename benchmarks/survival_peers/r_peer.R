# The tasks by R survival: survfit + survdiff, and its C core alone (coxph.fit, agreg.fit).
suppressPackageStartupMessages(library(survival))
given <- commandArgs(TRUE); folder <- given[1]; n <- as.integer(given[2]); times <- as.integer(given[3])
wanted <- strsplit(given[4], ",")[[1]]
column <- function(name, size, what = "integer") readBin(file.path(folder, paste0(name, ".bin")), what, n, size)
total <- file.size(file.path(folder, "day.bin")) / 4
day <- column("day", 4); event <- as.integer(column("event", 1)); group <- as.integer(column("group", 1))
x <- NULL
if (any(grepl("cox", wanted))) {
  file <- file(file.path(folder, "x.bin"), "rb")
  x <- sapply(0:9, function(j) { seek(file, 8 * total * j); readBin(file, "double", n) })
  colnames(x) <- paste0("x", 0:9); start <- column("start", 4)
}
tight <- coxph.control(eps = 1e-12, iter.max = 50)
tasks <- list(
  km_R = function() { survfit(Surv(day, event) ~ group); survdiff(Surv(day, event) ~ group)$chisq },
  cox_R = function() coxph.fit(x, Surv(day, event), NULL, NULL, NULL, coxph.control(), method = "efron", rownames = NULL, resid = FALSE)$coefficients,
  cox_coxph_R = function() coxph(Surv(day, event) ~ x)$coefficients,
  cox_tight_R = function() { f <- coxph.fit(x, Surv(day, event), NULL, NULL, NULL, tight, method = "efron", rownames = NULL, resid = FALSE); c(f$coefficients, sqrt(diag(f$var)), f$loglik) },
  cox_entry_R = function() agreg.fit(x, Surv(start, day, event), NULL, NULL, NULL, coxph.control(), method = "efron", rownames = NULL, resid = FALSE)$coefficients,
  cox_entry_tight_R = function() { f <- agreg.fit(x, Surv(start, day, event), NULL, NULL, NULL, tight, method = "efron", rownames = NULL, resid = FALSE); c(f$coefficients, sqrt(diag(f$var)), f$loglik) })
said <- c()
for (task in intersect(names(tasks), wanted)) {
  taken <- c(); for (i in seq_len(times)) { t0 <- proc.time()[[3]]; value <- tasks[[task]](); taken <- c(taken, proc.time()[[3]] - t0) }
  said <- c(said, sprintf('"%s": {"seconds": [%s], "value": [%s]}', task, paste(taken, collapse = ","), paste(sprintf("%.17g", value), collapse = ",")))
}
cat("{", paste(said, collapse = ","), "}\n", sep = "")
