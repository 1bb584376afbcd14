package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// parked parks n goroutines, each receiving from a channel of its own, and then wakes them all: what each costs in memory and in time.
func parked(n int) {
	// The first ones bring what a scheduler makes once.
	parkAndWake(1000)
	parkAndWake(n).print(n)
}

type parkedCosts struct {
	parked, woken time.Duration
	bytes         uint64
}

func parkAndWake(n int) (costs parkedCosts) {
	chans := make([]chan int, n)
	for i := range chans {
		chans[i] = make(chan int)
	}
	var wg sync.WaitGroup
	wg.Add(n)
	var begun atomic.Int64
	before := residentBytes()
	begin := time.Now()
	for _, ch := range chans {
		go func() {
			begun.Add(1)
			<-ch
			wg.Done()
		}()
	}
	for begun.Load() < int64(n) {
		runtime.Gosched()
	}
	costs.parked = time.Since(begin)
	costs.bytes = residentBytes() - before
	begin = time.Now()
	for _, ch := range chans {
		ch <- 1
	}
	wg.Wait()
	costs.woken = time.Since(begin)
	return costs
}

func (c parkedCosts) print(n int) {
	config := fmt.Sprintf("n=%dk", n/1000)
	fmt.Println("parked", config, fmt.Sprintf("%.4g", float64(c.bytes)/float64(n)), "B")
	fmt.Println("park", config, fmt.Sprintf("%.4g", float64(c.parked)/float64(n)), "ns")
	fmt.Println("wake", config, fmt.Sprintf("%.4g", float64(c.woken)/float64(n)), "ns")
}

// residentBytes is the process's memory as the system sees it, after what is garbage has gone.
func residentBytes() uint64 {
	runtime.GC()
	status, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		fmt.Fprintln(os.Stderr, "The process's memory cannot be read here; this needs Linux.")
		os.Exit(1)
	}
	pages, _ := strconv.ParseUint(strings.Fields(string(status))[1], 10, 64)
	return pages * uint64(os.Getpagesize())
}
