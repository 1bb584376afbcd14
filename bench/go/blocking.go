package main

import (
	"sync"
	"syscall"
	"time"
)

// Calls that block their thread. Go has one way for them: entersyscall, after which sysmon takes the P.
func init() {
	rows = append(rows,
		row{"blocking", "sysmon", "ms", 1000, blocking},
		row{"blocking", "handoff", "ms", 1000, blocking},
	)
}

// blockingGoroutines is how many goroutines share the calls.
const blockingGoroutines = 100

// blocking has 100 goroutines make n calls of 10 ms in all: a tenth of a second, if no call waits for another.
func blocking(n int) {
	var wg sync.WaitGroup
	wg.Add(blockingGoroutines)
	for range blockingGoroutines {
		go func() {
			for range n / blockingGoroutines {
				duration := syscall.NsecToTimespec(int64(10 * time.Millisecond))
				// A signal ends the sleep early and says what is left.
				for syscall.Nanosleep(&duration, &duration) == syscall.EINTR {
				}
			}
			wg.Done()
		}()
	}
	wg.Wait()
}
