# Joins samples, "program P row config value unit" a line, into one table or one JSON object: the median of the rounds for each program, and how
# far the rounds lay apart. Values of which more is better have a unit that ends in /s.
function sorted(list, out,    n, i, j, t) {
  n = split(list, out, " ")
  for (i = 2; i <= n; i++) { t = out[i] + 0; for (j = i - 1; j > 0 && out[j] + 0 > t; j--) out[j + 1] = out[j]; out[j + 1] = t }
  return n
}
function median(list,    a, n) { n = sorted(list, a); return n % 2 ? a[(n + 1) / 2] + 0 : (a[n / 2] + a[n / 2 + 1]) / 2 }
function spread(list,    a, n) { n = sorted(list, a); return 100 * per(a[n] - a[1], median(list)) }
function per(a, b) { return b > 0 ? a / b : a > 0 ? 999 : 1 } # a clock may say 0
function ratio(theirs, ours, unit) { return unit ~ /\/s$/ ? per(ours, theirs) : per(theirs, ours) }
{
  key = $2 " " $3 " " $4
  if (!(key in unit)) { keys[++count] = key; unit[key] = $6 }
  samples[$1, key] = samples[$1, key] " " $5
}
END {
  begin_table(gover, "medians")
  if (!json) {
    printf "less is better, but more of what is counted a second; x = how many times as good as the peer we are; +- = how far the rounds lay apart, the worst of the programs\n\n"
    printf "%-13s %-11s %2s  %9s %-6s %9s %6s %9s %6s %6s\n", "row", "config", "P", "gmp", "", "Go", "x", "Task", "x", "+-"
  }
  for (i = 1; i <= count; i++) {
    key = keys[i]; split(key, part, " ")
    ours = median(samples["gmp", key]); worst = spread(samples["gmp", key])
    line = sprintf("%-13s %-11s %2d  %9.4g %-6s", part[2], part[3], part[1], ours, unit[key])
    for (j = 1; j <= 2; j++) {
      peer = j == 1 ? "go" : "task"
      if (!((peer, key) in samples)) { line = line sprintf(" %9s %6s", "-", "-"); continue }
      theirs = median(samples[peer, key]); apart = spread(samples[peer, key]); if (apart > worst) worst = apart
      line = line sprintf(" %9.4g %6.2f", theirs, ratio(theirs, ours, unit[key]))
      if (json)
        printf "%s{\"name\":%s,\"config\":%s,\"value\":%.4g,\"unit\":%s,\"peer\":%s,\"peerValue\":%.4g,\"ratio\":%.3f}", n++ ? "," : "",
          quoted(part[2]), quoted("P=" part[1] " " part[3]), ours, quoted(unit[key]), quoted(peer), theirs, ratio(theirs, ours, unit[key])
    }
    if (!json) printf "%s %5.0f%%\n", line, worst
  }
  if (json) print "]}"
}