package main

import (
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"
)

// A latenessRow measures how late things happen, not how long it takes itself.
type latenessRow struct {
	name string
	run  func(late *[]time.Duration)
}

var latenessRows = []latenessRow{
	{"wakebusy", wakeBusy},
	{"besidehog", besideHog},
	{"third", third},
}

const warmupRounds, busyRounds = 3, 25

func (r latenessRow) print() {
	var late []time.Duration
	r.run(&late)
	slices.Sort(late)
	fmt.Printf("%s median %.4g us\n", r.name, float64(late[len(late)/2])/1e3)
	fmt.Printf("%s worst %.4g us\n", r.name, float64(late[len(late)-1])/1e3)
}

// wakeBusy has one wake another and then compute for 30 ms, when all else is asleep: how late the other runs.
func wakeBusy(late *[]time.Duration) {
	ch := make(chan int)
	begin := time.Now()
	var sent atomic.Int64
	go func() {
		for round := range ch {
			if round >= warmupRounds {
				*late = append(*late, time.Since(begin)-time.Duration(sent.Load()))
			}
		}
	}()
	for round := range warmupRounds + busyRounds {
		time.Sleep(2 * time.Millisecond)
		sent.Store(int64(time.Since(begin)))
		ch <- round
		spin(30 * time.Millisecond)
	}
	// The last one may still be waiting for its turn.
	close(ch)
	time.Sleep(50 * time.Millisecond)
}

// besideHog has one compute for a second while another sleeps 1 ms at a time: how late each sleep ends.
func besideHog(late *[]time.Duration) {
	var ended atomic.Bool
	go func() {
		time.Sleep(5 * time.Millisecond)
		spin(time.Second)
		ended.Store(true)
	}()
	for !ended.Load() {
		due := time.Now().Add(time.Millisecond)
		time.Sleep(time.Millisecond)
		*late = append(*late, time.Since(due))
	}
}

// third has one give way beside two that ready each other for half a second: how long it waits for its next turn.
func third(late *[]time.Duration) {
	there, back := make(chan int), make(chan int)
	var ended atomic.Bool
	go func() {
		for v := range there {
			back <- v
		}
	}()
	go func() {
		for v := 0; !ended.Load(); v++ {
			there <- v
			<-back
		}
		close(there)
	}()
	begin := time.Now()
	for last := begin; last.Sub(begin) < time.Second/2; {
		runtime.Gosched()
		now := time.Now()
		*late = append(*late, now.Sub(last))
		last = now
	}
	ended.Store(true)
}

func spin(duration time.Duration) {
	for begin := time.Now(); time.Since(begin) < duration; {
	}
}
