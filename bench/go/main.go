// The Go side of bench/compare: the same workloads as bench/Gmp and bench/Task, row for row.
//
//	bench [-rows spawn,hop] [-warmup 500ms] [-measure 500ms]
//	bench -parked 1000000
//	bench -echo conn
//
// The number of Ps is GOMAXPROCS. Every line on stdout is "name config value unit".
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// A row is one workload: run carries out count operations and returns when the last one is done.
type row struct {
	name, config, unit string
	count              int
	run                func(count int)
}

func main() {
	names := flag.String("rows", "", "the rows to run, by name, separated by commas; all of them if empty")
	warmup := flag.Duration("warmup", 500*time.Millisecond, "how long each row runs before it counts")
	measure := flag.Duration("measure", 500*time.Millisecond, "how long each row is measured, at least")
	parkedCount := flag.Int("parked", 0, "park and wake so many goroutines, and nothing else")
	echoThrough := flag.String("echo", "", "if not empty: be the server of bench/echo, and nothing else")
	flag.Parse()
	if *echoThrough != "" {
		echo()
		return
	}
	if *parkedCount > 0 {
		parked(*parkedCount)
		return
	}

	wanted := strings.Split(*names, ",")
	for _, r := range slices.Concat(rows, syncRows) {
		if *names == "" || slices.Contains(wanted, r.name) {
			fmt.Println(r.name, r.config, fmt.Sprintf("%.4g", r.median(*warmup, *measure)), r.unit)
		}
	}
	for _, r := range latenessRows {
		if *names == "" || slices.Contains(wanted, r.name) {
			r.print()
		}
	}
	for _, name := range wanted {
		if *names != "" && !slices.ContainsFunc(slices.Concat(rows, syncRows), func(r row) bool { return r.name == name }) &&
			!slices.ContainsFunc(latenessRows, func(r latenessRow) bool { return r.name == name }) {
			fmt.Fprintf(os.Stderr, "There is no row %q.\n", name)
			os.Exit(2)
		}
	}
}

// leastRepetitions keeps the median a median where one repetition outlasts the time for measuring.
const leastRepetitions = 3

func (r row) median(warmup, measure time.Duration) float64 {
	for start := time.Now(); ; {
		r.run(r.count)
		if time.Since(start) >= warmup {
			break
		}
	}
	var samples []float64
	for begin := time.Now(); len(samples) < leastRepetitions || time.Since(begin) < measure; {
		start := time.Now()
		r.run(r.count)
		samples = append(samples, float64(time.Since(start)))
	}
	slices.Sort(samples)
	half := len(samples) / 2
	middle := samples[half]
	if len(samples)%2 == 0 {
		middle = (samples[half-1] + middle) / 2
	}
	if r.unit == "ms" {
		return middle / 1e6 // of the whole repetition
	}
	return middle / float64(r.count)
}
