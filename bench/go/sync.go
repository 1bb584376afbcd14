package main

import (
	"runtime"
	"sync"
)

var syncRows = []row{
	{"mutex", "free", "ns", 2_000_000, mutex},
	{"mutexcontended", "g=10", "ns", 1_000_000, func(n int) { mutexContended(n, 10) }},
	{"rwmutex", "reads=99%", "ns", 1_000_000, func(n int) { rwMutex(n, 10) }},
	{"cond", "g=2", "ns", 200_000, func(n int) { cond(n, 2) }},
	{"cond", "g=10", "ns", 100_000, func(n int) { cond(n, 10) }},
	{"once", "done", "ns", 5_000_000, onceDone},
	{"once", "new", "ns", 1_000_000, onceNew},
	{"semaphore", "free", "ns", 2_000_000, semaphore},
	{"semaphore", "g=10", "ns", 200_000, func(n int) { semaphoreContended(n, 10, 3) }},
}

// mutex locks and unlocks a mutex that nobody else wants, n times.
func mutex(n int) {
	var mutex sync.Mutex
	sum := 0
	for i := range n {
		mutex.Lock()
		sum += i
		mutex.Unlock()
	}
	if sum != n*(n-1)/2 {
		panic("mutex lost a count")
	}
}

// mutexContended has g goroutines count to n together under one mutex.
func mutexContended(n, g int) {
	var mutex sync.Mutex
	var wg sync.WaitGroup
	count := 0
	wg.Add(g)
	for range g {
		go func() {
			for range n / g {
				mutex.Lock()
				count++
				mutex.Unlock()
			}
			wg.Done()
		}()
	}
	wg.Wait()
	if count != n {
		panic("mutexContended lost a count")
	}
}

// rwMutex has g goroutines read a map n times in all, and write to it every hundredth time.
func rwMutex(n, g int) {
	var mutex sync.RWMutex
	var wg sync.WaitGroup
	m := map[int]int{}
	wg.Add(g)
	for range g {
		go func() {
			for k := range n / g {
				if k%100 == 0 {
					mutex.Lock()
					m[k%1000] = k
					mutex.Unlock()
				} else {
					mutex.RLock()
					_ = m[k%1000]
					mutex.RUnlock()
				}
			}
			wg.Done()
		}()
	}
	wg.Wait()
	if len(m) != 10 {
		panic("rwMutex lost a write")
	}
}

// cond has g goroutines take turns, n turns in all, each of which waits for its own under one condition. Two are told by Signal, more by Broadcast.
func cond(n, g int) {
	var mutex sync.Mutex
	var wg sync.WaitGroup
	changed := sync.NewCond(&mutex)
	turn := 0
	wg.Add(g)
	for i := range g {
		go func() {
			mutex.Lock()
			for range n / g {
				for turn%g != i {
					changed.Wait()
				}
				turn++
				if g == 2 {
					changed.Signal()
				} else {
					changed.Broadcast()
				}
			}
			mutex.Unlock()
			wg.Done()
		}()
	}
	wg.Wait()
	if turn != n {
		panic("cond lost a turn")
	}
}

// onceDone asks n times for what has been done.
func onceDone(n int) {
	var once sync.Once
	count := 0
	add := func() { count++ }
	for range n {
		once.Do(add)
	}
	if count != 1 {
		panic("onceDone did it again")
	}
}

// onceNew does n things once each.
func onceNew(n int) {
	count := 0
	add := func() { count++ }
	for range n {
		new(sync.Once).Do(add)
	}
	if count != n {
		panic("onceNew left one out")
	}
}

// semaphore takes one of ten units that nobody else wants, and gives it back, n times. Go's own library has no semaphore, so a channel does for it as usual.
func semaphore(n int) {
	units := make(chan struct{}, 10)
	sum := 0
	for i := range n {
		units <- struct{}{}
		sum += i
		<-units
	}
	if sum != n*(n-1)/2 {
		panic("semaphore lost a count")
	}
}

// semaphoreContended has g goroutines work n times in all, so many of them at the same time as there are units; each gives way while it works.
func semaphoreContended(n, g, most int) {
	units := make(chan struct{}, most)
	counts := make([]int, g)
	var wg sync.WaitGroup
	wg.Add(g)
	for i := range g {
		go func() {
			for range n / g {
				units <- struct{}{}
				runtime.Gosched()
				counts[i]++
				<-units
			}
			wg.Done()
		}()
	}
	wg.Wait()
	for _, count := range counts {
		if count != n/g {
			panic("semaphoreContended lost a count")
		}
	}
}
