package main

import "sync"

const poolWorkers = 100

func init() {
	rows = append(rows,
		row{"pool", "ants", "ns", 500_000, poolAnts},
		row{"pool", "chan", "ns", 500_000, poolChan},
	)
}

// poolAnts submits n tasks that do nothing to an antsPool of 100 workers.
func poolAnts(n int) {
	pool := newAntsPool(poolWorkers)
	var wg sync.WaitGroup
	wg.Add(n)
	task := func() { wg.Done() }
	for range n {
		pool.submit(task)
	}
	wg.Wait()
	pool.release()
}

// poolChan submits them to 100 workers that share one buffered channel: what Go programs write who have no pool.
func poolChan(n int) {
	tasks := make(chan func(), poolWorkers)
	for range poolWorkers {
		go func() {
			for task := range tasks {
				task()
			}
		}()
	}
	var wg sync.WaitGroup
	wg.Add(n)
	task := func() { wg.Done() }
	for range n {
		tasks <- task
	}
	wg.Wait()
	close(tasks)
}

// antsPool works the way of github.com/panjf2000/ants, without its options: a stack of idle workers, each with a channel of its own, and a
// condition on which submitters wait for one. Written anew, so that the benchmark needs no module.
type antsPool struct {
	lock    sync.Mutex
	freed   sync.Cond
	idle    []*antsWorker
	running int
	most    int
}

type antsWorker struct{ tasks chan func() }

func newAntsPool(most int) *antsPool {
	p := &antsPool{most: most}
	p.freed.L = &p.lock
	return p
}

func (p *antsPool) submit(task func()) {
	p.lock.Lock()
	for {
		if last := len(p.idle) - 1; last >= 0 {
			w := p.idle[last]
			p.idle = p.idle[:last]
			p.lock.Unlock()
			w.tasks <- task
			return
		}
		if p.running < p.most {
			p.running++
			p.lock.Unlock()
			w := &antsWorker{make(chan func(), 1)}
			w.tasks <- task
			go w.run(p)
			return
		}
		p.freed.Wait()
	}
}

func (p *antsPool) release() {
	p.lock.Lock()
	defer p.lock.Unlock()
	for _, w := range p.idle {
		close(w.tasks)
	}
	p.idle = nil
}

func (w *antsWorker) run(p *antsPool) {
	for task := range w.tasks {
		task()
		p.lock.Lock()
		p.idle = append(p.idle, w)
		p.freed.Signal()
		p.lock.Unlock()
	}
}
