package main

import "runtime"

// Go has nothing foreign to its scheduler but threads of C. Nearest to it: a goroutine that is locked to a thread of its own and answers over a channel,
// so that each wait costs a wake of a thread and back.
func init() {
	rows = append(rows,
		row{"foreign", "run", "ns", 2_000, foreign},
		row{"foreign", "source", "ns", 2_000, foreign},
	)
}

// foreign asks the locked thread n times and waits for each answer.
func foreign(n int) {
	questions, answers := make(chan int), make(chan int)
	go func() {
		runtime.LockOSThread()
		for q := range questions {
			answers <- q
		}
	}()
	for i := range n {
		questions <- i
		<-answers
	}
	close(questions)
}
