# Lines "row config value unit [peer peerValue]" as a table or as one JSON object.
function quoted(s) { gsub(/[\\"]/, "\\\\&", s); return "\"" s "\"" }
# Of rates more is better, of all else less.
function ratio(unit, value, peer) { return unit ~ /\/s$/ ? value / peer : peer / value }
BEGIN {
  if (json)
    printf "{\"machine\":{\"cpu\":%s,\"cores\":%d,\"os\":%s,\"dotnet\":%s,\"go\":null,\"otherProgramsCores\":%s,\"rounds\":%d},\"rows\":[",
      quoted(cpu), cores, quoted(os), quoted(dotnet), busy, rounds
  else {
    printf "%s, %d cores, %s; .NET %s; %s%s\n", cpu, cores, os, dotnet, busy == "null" ? "" : "other programs used " busy " cores meanwhile; ",
      rounds == 1 ? "one round" : "the best of " rounds " rounds"
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
