# What the statistics of this package are held against, computed without any of its
# code: formulas written out, and checked against R's own tests. To make it anew,
# with R 3.6 or later and nothing besides:
#
#   Rscript survey/stats/testdata/reference.R > survey/stats/testdata/reference.json
#
# The seed and the generators are fixed: the same sets come out every time.

set.seed(20170514, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

# --- The formulas ---

z <- qnorm(0.975)

# What is missing is left out.
mean_of <- function(x) {
  x <- x[!is.na(x)]
  if (length(x) == 0) NA else sum(x) / length(x)
}
sd_of <- function(x) {
  x <- x[!is.na(x)]
  if (length(x) < 2) NA else sqrt(sum((x - sum(x) / length(x))^2) / (length(x) - 1))
}

# Wilson (1927), as Brown, Cai and DasGupta (2001) write it.
wilson <- function(k, n) {
  if (n == 0) return(c(NA, NA))
  p <- k / n
  centre <- (p + z^2 / (2 * n)) / (1 + z^2 / n)
  half <- z / (1 + z^2 / n) * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))
  c(centre - half, centre + half)
}

# Student (1908).
t_interval <- function(x) {
  x <- x[!is.na(x)]
  n <- length(x)
  if (n < 2) return(c(NA, NA))
  mean_of(x) + c(-1, 1) * qt(0.975, n - 1) * sd_of(x) / sqrt(n)
}

# Permenpan RB 14/2017: each of the x elements weighs 1/x; the index is times 25.
index_of <- function(means) {
  if (length(means) == 0) return(NA)
  weight <- 1 / length(means)
  sum(means * weight) * 25
}
# Rounded to six decimals first: 88.305 may have come out as 88.30499999999999.
grade_of <- function(index) {
  if (is.na(index)) return("")
  at <- floor(round(index * 100, 4) + 0.5)
  if (at >= 8831) "A" else if (at >= 7661) "B" else if (at >= 6500) "C" else "D"
}

# Lakens (2013), formula 10; Hedges (1981); the delta method as in Bonett (2008).
effect_of <- function(first, second) {
  n <- length(first)
  s1 <- sd_of(first)
  s2 <- sd_of(second)
  if (n < 3 || (s1 == 0 && s2 == 0)) return(c(NA, NA, NA))
  s <- (s1 + s2) / 2
  d <- (sum(second) - sum(first)) / n / s
  m <- n - 1
  j <- gamma(m / 2) / (sqrt(m / 2) * gamma((m - 1) / 2))
  covariance <- sum((first - mean_of(first)) * (second - mean_of(second))) / m
  together <- if (s1 * s2 > 0) 2 * covariance^2 / (s1 * s2) else 0
  v <- sum((second - first - d * s)^2) / m / (n * s^2) + d^2 * (s1^2 + s2^2 + together) / (8 * m * s^2)
  j * d + c(0, -1, 1) * z * j * sqrt(v)
}

# --- R's own ---

agree <- function(what, ours, theirs) {
  if (any(is.na(ours)) || any(abs(ours - as.vector(theirs)) > 1e-10)) {
    stop(sprintf("%s: the formula gives %s, R %s", what, toString(ours), toString(theirs)))
  }
}
check_share <- function(what, k, n) {
  if (n > 0) agree(what, wilson(k, n), suppressWarnings(prop.test(k, n, correct = FALSE))$conf.int)
}
check_mean <- function(what, x) {
  x <- x[!is.na(x)]
  if (length(x) > 0) agree(what, mean_of(x), mean(x))
  if (length(x) > 1) agree(what, sd_of(x), sd(x))
  if (length(x) > 1 && min(x) == max(x)) agree(what, t_interval(x), rep(x[1], 2)) # t.test refuses it
  if (length(x) > 1 && min(x) < max(x)) agree(what, t_interval(x), t.test(x)$conf.int)
}
check_pairs <- function(what, after, before) {
  gains <- (after - before)[!is.na(after - before)]
  check_mean(what, gains)
  if (length(gains) > 1 && min(gains) < max(gains)) {
    agree(what, t_interval(gains), t.test(after, before, paired = TRUE)$conf.int)
  }
}

# --- The data sets ---

sets <- list()
add <- function(sort, name, scale, levels, before) {
  stopifnot(length(levels) == length(before), !(name %in% names(sets)))
  stopifnot(all(c(levels, before) %in% c(NA, 1:scale)))
  sets[[name]] <<- list(sort = sort, name = name, scale = scale, levels = levels, before = before)
}
clamp <- function(x, scale) pmin(scale, pmax(1, round(x)))
earlier <- function(levels, scale) clamp(levels - sample(-1:2, length(levels), TRUE), scale)
normal <- function(n, scale, mean, sd) clamp(rnorm(n, mean, sd), scale)
drawn <- function(n, weights) sample(seq_along(weights), n, TRUE, weights)
without <- function(x, part) replace(x, sample(length(x), round(part * length(x))), NA)

for (i in 1:5) {
  n <- c(25, 40, 73, 120, 350)[i]
  x <- normal(n, 4, c(2.5, 2.6, 2.4, 2.5, 2.5)[i], 0.8)
  add("normal", paste("normal, 4 levels, n", n), 4, x, earlier(x, 4))
}
for (n in c(30, 64, 1500)) {
  x <- normal(n, 5, 3, 1)
  add("normal", paste("normal, 5 levels, n", n), 5, x, earlier(x, 5))
}
for (n in c(20, 45, 200)) {
  x <- drawn(n, c(1, 2, 8, 20))
  add("skewed", paste("mostly the highest of 4, n", n), 4, x, earlier(x, 4))
}
for (n in c(28, 90)) {
  x <- drawn(n, c(20, 6, 2, 1, 1))
  add("skewed", paste("mostly the lowest of 5, n", n), 5, x, earlier(x, 5))
}
add("skewed", "one of a hundred differs", 4, c(rep(4, 99), 1), c(rep(3, 99), 4))

add("tied", "half and half in the middle", 4, rep(2:3, 12), rep(2, 24))
add("tied", "half and half at the ends", 4, rep(c(1, 4), 9), rep(c(4, 1), 9))
add("tied", "each level as often", 5, rep(1:5, 7), rep(5:1, 7))
add("tied", "before as after", 4, rep(c(2, 3, 4), 10), rep(c(2, 3, 4), 10))

add("tiny", "one at the top", 4, 4, 2)
add("tiny", "one at the bottom", 5, 1, 1)
add("tiny", "two that differ", 4, c(2, 4), c(1, 2))
add("tiny", "two at the ends", 5, c(1, 5), c(5, 1))
add("tiny", "three", 4, c(3, 3, 4), c(2, 3, 3))
add("tiny", "four", 5, c(2, 5, 4, 4), c(2, 2, 3, 5))

add("constant", "two alike", 4, c(3, 3), c(2, 2))
add("constant", "all at the top", 4, rep(4, 30), rep(2, 30))
add("constant", "all at the bottom", 5, rep(1, 12), sample(1:5, 12, TRUE))
add("constant", "all in the middle", 5, rep(3, 57), rep(3, 57))

x <- normal(40, 4, 2.8, 0.8)
add("missing", "a tenth missing", 4, without(x, 0.1), earlier(x, 4))
x <- normal(60, 5, 3.2, 1)
add("missing", "half missing on both sides", 5, without(x, 0.5), without(earlier(x, 5), 0.5))
x <- drawn(35, c(1, 2, 5, 9))
add("missing", "before missing from most", 4, x, without(earlier(x, 4), 0.9))
add("missing", "before never given", 4, c(2, 3, 3, 4, 1, 4), rep(NA, 6))
add("missing", "never both of a pair", 4, c(3, NA, 4, NA, 2), c(NA, 2, NA, 3, NA))
add("missing", "all but one missing", 5, c(NA, NA, 4, NA), c(1, NA, 3, 2))

add("none", "nothing", 4, numeric(0), numeric(0))
add("none", "all missing", 5, rep(NA, 8), rep(NA, 8))
add("none", "before alone", 4, rep(NA, 5), c(1, 2, 3, 3, 4))

# --- That the sets are what they are called ---

skewness <- function(x) mean((x - mean(x))^3) / mean((x - mean(x))^2)^1.5
for (set in sets) {
  x <- set$levels[!is.na(set$levels)]
  stopifnot(switch(set$sort,
    normal = length(x) >= 20 && abs(skewness(x)) < 0.5,
    skewed = abs(skewness(x)) > 0.8,
    tied = length(unique(table(x))) == 1,
    tiny = length(x) %in% 1:4,
    constant = length(x) > 1 && length(unique(x)) == 1,
    missing = length(x) > 0 && anyNA(c(set$levels, set$before)),
    none = length(x) == 0))
}
stopifnot(length(sets) >= 30)

# --- Comparisons: scores of the same people twice ---

compared <- list()
compare <- function(name, first, second) {
  stopifnot(length(first) == length(second), !(name %in% names(compared)))
  compared[[name]] <<- list(name = name, first = first, second = second)
}
scores <- function(n, items, mean) sapply(1:n, function(i) round(mean_of(clamp(rnorm(items, mean, 1), 5)), 9))
hundred <- function(n) round(100 * runif(n), 6)

compare("nobody", numeric(0), numeric(0))
compare("one", 2.4, 3.2)
compare("two", c(2, 3), c(3, 5))
compare("three", c(2, 3, 2.5), c(3, 3.5, 4.5))
compare("five without ties", c(2.1, 3, 2.6, 1.8, 4), c(2.3, 3.7, 3.9, 2.2, 3.1))
compare("five with ties", c(2.2, 3.2, 2.6, 1.8, 4), c(2.4, 3.4, 3.8, 2.2, 3.8))
compare("five all higher", c(1, 1.4, 2, 2.2, 3), c(1.2, 1.8, 2.6, 3, 4))
compare("one of them the same", c(2.1, 3, 2.6, 1.8, 4, 3.3), c(2.3, 3.7, 3.9, 2.2, 3.1, 3.3))
compare("nobody changed", c(2, 3, 3.4, 4, 1), c(2, 3, 3.4, 4, 1))
compare("all the same, no change", rep(3, 6), rep(3, 6))
compare("all the same, one higher", rep(2.2, 7), rep(3.2, 7))
compare("the first all the same", rep(2, 8), c(2, 3, 4, 2.5, 3, 3.5, 5, 4.4))
compare("the second all the same", c(1, 3, 2.4, 2.5, 3, 3.5, 2, 4.4), rep(4, 8))
compare("everybody up by as much", c(1, 2, 2.4, 3, 3.6), c(1, 2, 2.4, 3, 3.6) + 1)
compare("against each other", c(1, 2, 3, 4, 5, 2), c(5, 4, 3, 2, 1, 4))
compare("even on both sides", c(2, 2, 2, 2, 2, 2), c(3, 1, 4, 0, 5, -1))
for (n in c(6, 9, 10, 24, 49, 50, 75)) compare(paste("of hundred, n", n), hundred(n), hundred(n))
for (n in c(7, 12, 30, 60, 300)) compare(paste("means of five, n", n), scores(n, 5, 2.8), scores(n, 5, 3.4))
compare("fifty with a zero", c(hundred(49), 50), c(hundred(49), 50))

stopifnot(length(compared) >= 25)

# --- Out ---

number <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", x))
array <- function(x) paste0("[", paste(number(x), collapse = ","), "]")
object <- function(...) {
  fields <- c(...)
  paste0("{", paste(sprintf('"%s": %s', names(fields), fields), collapse = ", "), "}")
}
text <- function(x) sprintf('"%s"', x)

mean_out <- function(x) {
  ends <- t_interval(x)
  object(n = number(sum(!is.na(x))), mean = number(mean_of(x)), sd = number(sd_of(x)),
         low = number(ends[1]), high = number(ends[2]))
}
share_out <- function(set, from) {
  x <- set$levels[!is.na(set$levels)]
  k <- sum(x >= from)
  n <- length(x)
  check_share(set$name, k, n)
  ends <- wilson(k, n)
  object(from = number(from), successes = number(k), share = number(if (n > 0) k / n else NA),
         low = number(ends[1]), high = number(ends[2]))
}
set_out <- function(set) {
  check_mean(set$name, set$levels)
  check_pairs(set$name, set$levels, set$before)
  shares <- sapply(1:(set$scale + 1), function(from) share_out(set, from)) # all of them, to none
  paste0('    {"name": ', text(set$name), ', "sort": ', text(set$sort), ', "scale": ', number(set$scale),
         ',\n     "levels": ', array(set$levels), ',\n     "before": ', array(set$before),
         ',\n     "level": ', mean_out(set$levels), ',\n     "gain": ', mean_out(set$levels - set$before),
         ',\n     "shares": [', paste(shares, collapse = ",\n                "), "]}")
}

# The items of an index are sets; those of four levels, as it is meant for.
of_four <- Filter(function(set) set$scale == 4 && any(!is.na(set$levels)), sets)
index_out <- function(names) {
  means <- sapply(sets[names], function(set) mean_of(set$levels))
  index <- index_of(means)
  if (length(means) > 0) agree("index", index, 25 * mean(means))
  paste0('    {"items": [', paste(text(names), collapse = ", "), '], "index": ', number(index),
         ', "grade": ', text(grade_of(index)), "}")
}
names_of <- function(sort) names(Filter(function(set) set$sort == sort, of_four))
of_index <- list(character(0), "all at the top", "two alike", names_of("skewed"), names_of("normal"),
                 names_of("tied"), names_of("missing"), names(of_four)[1:9],
                 c(names_of("skewed"), "all at the top", "three"), names(of_four))
indices <- sapply(of_index, function(items) index_out(if (length(items) == 0) character(0) else items))

effect_out <- function(c) {
  gains <- round(c$second - c$first, 9) # so that those equal on paper are
  effect <- effect_of(c$first, c$second)
  rank <- list(statistic = 0, p.value = NA)
  changed <- sum(gains != 0)
  exact <- changed > 0 && changed == length(gains) && length(gains) < 50 && !anyDuplicated(abs(gains))
  if (changed > 0) {
    rank <- suppressWarnings(wilcox.test(gains))
    if (exact) stopifnot(grepl("exact", rank$method)) else stopifnot(grepl("continuity", rank$method))
  }
  check_mean(c$name, c$first)
  check_mean(c$name, c$second)
  check_mean(c$name, gains)
  if (length(gains) > 1 && min(gains) < max(gains)) {
    agree(c$name, t_interval(gains), t.test(c$second, c$first, paired = TRUE)$conf.int)
  }
  paste0('    {"name": ', text(c$name), ',\n     "first": ', array(c$first), ',\n     "second": ', array(c$second),
         ',\n     "firsts": ', mean_out(c$first), ',\n     "seconds": ', mean_out(c$second), ',\n     "gain": ', mean_out(gains),
         ',\n     "effect": ', object(value = number(effect[1]), low = number(effect[2]), high = number(effect[3])),
         ',\n     "rank": ', object(n = number(changed), v = number(unname(rank$statistic)), p = number(rank$p.value),
                                     exact = if (exact) "true" else "false"), "}")
}

cat('{"made": "Rscript survey/stats/testdata/reference.R > survey/stats/testdata/reference.json",\n')
cat(' "by": ', text(R.version.string), ',\n', sep = "")
cat(' "sets": [\n', paste(sapply(sets, set_out), collapse = ",\n"), "],\n", sep = "")
cat(' "indices": [\n', paste(indices, collapse = ",\n"), "],\n", sep = "")
cat(' "compared": [\n', paste(sapply(compared, effect_out), collapse = ",\n"), "]}\n", sep = "")
