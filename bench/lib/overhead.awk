# Lines "row config value unit [bar]" as a table or as one JSON object. The peer is the bar where there is one, else the untraced program.
# Of rates and of throughput more is better, of all else less.
function more(name) { return name ~ /-(throughput|rate|untraced)$/ }
function ratio(name, value, peer) { return more(name) ? value / peer : value > 0 ? peer / value : peer > 0 ? 999 : 1 }
BEGIN {
  begin_table("null", "medians")
  if (!json) {
    printf "throughput and cpu are beside the same program untraced; x = how many times as good as the bar\n\n"
    printf "%-25s %-13s %9s %-6s %9s %6s\n", "row", "config", "value", "", "bar", "x"
  }
}
{
  peer = $5 != "" ? "bar" : $4 == "x" ? "untraced" : ""
  against = $5 != "" ? $5 : $4 == "x" ? 1 : ""
  if (json)
    printf "%s{\"name\":%s,\"config\":%s,\"value\":%s,\"unit\":%s,\"peer\":%s,\"peerValue\":%s,\"ratio\":%s}", n++ ? "," : "", quoted($1), quoted($2), $3, quoted($4),
      peer == "" ? "null" : quoted(peer), against == "" ? "null" : against, against == "" ? "null" : sprintf("%.3f", ratio($1, $3, against))
  else
    printf "%-25s %-13s %9.4g %-6s %9s %6s\n", $1, $2, $3, $4, $5 == "" ? "-" : $5, $5 == "" ? "-" : sprintf("%.2f", ratio($1, $3, $5))
}
END { if (json) print "]}" }
