package main

import (
	"runtime"
	"sync"
)

var rows = []row{
	{"spawn", "n=1M", "ns", 1_000_000, spawn},
	{"spawnjoin", "n=1", "ns", 100_000, spawnJoin},
	{"yield", "g=2", "ns", 400_000, func(n int) { yield(n, 2) }},
	{"yield", "g=100", "ns", 400_000, func(n int) { yield(n, 100) }},
	{"hop", "cap=0", "ns", 200_000, func(n int) { hop(n, 0) }},
	{"hop", "cap=1", "ns", 200_000, func(n int) { hop(n, 1) }},
	{"prodcons", "cap=0", "ns", 200_000, func(n int) { producerConsumer(n, 0) }},
	{"prodcons", "cap=1", "ns", 200_000, func(n int) { producerConsumer(n, 1) }},
	{"prodcons", "cap=128", "ns", 1_000_000, func(n int) { producerConsumer(n, 128) }},
	{"sieve", "to=20000", "ms", 20_000, sieve},
	{"skynet", "n=1M", "ms", 1_000_000, skynet},
	{"skynetchan", "n=1M", "ms", 1_000_000, skynet},
	{"deep", "depth=0", "ns", 100_000, func(n int) { deep(n, 0) }},
	{"deep", "depth=10", "ns", 100_000, func(n int) { deep(n, 10) }},
	{"gosched", "g=2", "ns", 200_000, func(n int) { yield(n, 2) }},
	{"gosched", "g=100", "ns", 200_000, func(n int) { yield(n, 100) }},
}

// spawn starts n goroutines that do nothing and waits for all of them.
func spawn(n int) {
	var wg sync.WaitGroup
	wg.Add(n)
	for range n {
		go func() { wg.Done() }()
	}
	wg.Wait()
}

// spawnJoin starts a goroutine and waits for it, n times.
func spawnJoin(n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Add(1)
		go func() { wg.Done() }()
		wg.Wait()
	}
}

// yield has g goroutines give way to one another, n times in all.
func yield(n, g int) {
	var wg sync.WaitGroup
	wg.Add(g)
	for range g {
		go func() {
			for range n / g {
				runtime.Gosched()
			}
			wg.Done()
		}()
	}
	wg.Wait()
}

// hop passes a value to and fro between two goroutines: n hops, two a round trip.
func hop(n, capacity int) {
	there, back := make(chan int, capacity), make(chan int, capacity)
	go func() {
		for v := range there {
			back <- v
		}
		close(back)
	}()
	for i := range n / 2 {
		there <- i
		<-back
	}
	close(there)
	<-back
}

// producerConsumer passes n values one way.
func producerConsumer(n, capacity int) {
	ch := make(chan int, capacity)
	go func() {
		for i := range n {
			ch <- i
		}
		close(ch)
	}()
	sum := 0
	for v := range ch {
		sum += v
	}
	if sum != n*(n-1)/2 {
		panic("producerConsumer lost a value")
	}
}

// sieve finds the primes below limit with a chain of filters, one goroutine for each prime.
func sieve(limit int) {
	numbers := make(chan int)
	go func() {
		for i := 2; i < limit; i++ {
			numbers <- i
		}
		close(numbers)
	}()
	source, primes := numbers, 0
	for {
		prime, ok := <-source
		if !ok {
			break
		}
		primes++
		filtered := make(chan int)
		go func(in <-chan int) {
			for v := range in {
				if v%prime != 0 {
					filtered <- v
				}
			}
			close(filtered)
		}(source)
		source = filtered
	}
	if limit == 20_000 && primes != 2262 {
		panic("sieve found a wrong number of primes")
	}
}

// skynet sums the numbers below leaves: each node starts ten children, and each child sends its sum to its parent.
func skynet(leaves int) {
	result := make(chan int)
	go skynetNode(result, 0, leaves)
	if <-result != leaves*(leaves-1)/2 {
		panic("skynet lost a leaf")
	}
}

func skynetNode(parent chan<- int, first, leaves int) {
	if leaves == 1 {
		parent <- first
		return
	}
	children := make(chan int)
	each := leaves / 10
	for i := range 10 {
		go skynetNode(children, first+i*each, each)
	}
	sum := 0
	for range 10 {
		sum += <-children
	}
	parent <- sum
}
