# What the tables of bench/ share.
function quoted(s) { gsub(/[\\"]/, "\\\\&", s); return "\"" s "\"" }
# The machine, and the beginning of the one object with --json. `go` is null, "" for missing, or a version; `of_rounds` is what a value is of several rounds.
function begin_table(go, of_rounds,    with_go) {
  if (json) {
    printf "{\"machine\":{\"cpu\":%s,\"cores\":%d,\"os\":%s,\"dotnet\":%s,\"go\":%s,\"otherProgramsCores\":%s,\"rounds\":%d},\"rows\":[",
      quoted(cpu), cores, quoted(os), quoted(dotnet), go == "null" || go == "" ? "null" : quoted(go), busy, rounds
    return
  }
  with_go = go == "null" ? "" : ", Go " (go == "" ? "(missing)" : go)
  printf "%s, %d cores, %s; .NET %s%s; %s%s\n", cpu, cores, os, dotnet, with_go,
    busy == "null" ? "" : "other programs used " busy " cores meanwhile; ", rounds == 1 ? "one round" : of_rounds " of " rounds " rounds"
}
