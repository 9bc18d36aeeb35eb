# JSON with all digits, for the scripts beside this file; no package is needed.
number <- function(v) if (is.na(v)) "null" else if (v == round(v) && abs(v) < 1e15) sprintf("%.0f", v) else sprintf("%.17g", v)
text <- function(s) ifelse(is.na(s), "null", paste0("\"", s, "\""))
as_json <- function(x) {
  if (is.null(x)) return("null")
  if (is.factor(x)) x <- as.character(x)
  if (is.data.frame(x)) x <- lapply(as.list(x), I)
  if (is.matrix(x)) return(paste0("[", paste(apply(x, 1, function(row) as_json(I(unname(row)))), collapse = ","), "]"))
  if (is.list(x)) return(paste0("{", paste(paste0(text(names(x)), ":", sapply(x, as_json)), collapse = ",\n"), "}"))
  one <- sapply(unname(unclass(x)), if (is.numeric(x) || is.logical(x)) function(v) number(as.numeric(v)) else text)
  if (length(x) == 1 && !inherits(x, "AsIs")) return(one)
  paste0("[", paste(one, collapse = ","), "]")
}
save_json <- function(x, file, packages) {
  versions <- paste(c(R.version.string, sapply(packages, function(p) paste(p, packageVersion(p)))), collapse = "; ")
  writeLines(as_json(c(list(made_with = versions), x)), file)
}
model <- function(fit) list(names = I(names(coef(fit))), coefficients = I(unname(coef(fit))), covariance = unname(vcov(fit)), log_likelihood = I(fit$loglik))
