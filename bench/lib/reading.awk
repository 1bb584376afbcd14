# Lines "row config value unit [peer peerValue]" as a table or as one JSON object.
# Of rates more is better, of all else less.
function ratio(unit, value, peer) { return unit ~ /\/s$/ ? value / peer : peer / value }
BEGIN {
  begin_table("null", "the best")
  if (!json) {
    printf "x = how many times as good as the peer, or as the bar\n\n"
    printf "%-11s %-14s %9s %-4s %9s %-10s %6s\n", "row", "config", "value", "", "beside", "", "x"
  }
}
{
  if (json)
    printf "%s{\"name\":%s,\"config\":%s,\"value\":%s,\"unit\":%s,\"peer\":%s,\"peerValue\":%s,\"ratio\":%s}", n++ ? "," : "", quoted($1), quoted($2), $3, quoted($4),
      $5 == "" ? "null" : quoted($5), $5 == "" ? "null" : $6, $5 == "" ? "null" : sprintf("%.3f", ratio($4, $3, $6))
  else
    printf "%-11s %-14s %9.4g %-4s %9s %-10s %6s\n", $1, $2, $3, $4, $5 == "" ? "-" : $6, $5, $5 == "" ? "-" : sprintf("%.2f", ratio($4, $3, $6))
}
END { if (json) print "]}" }
