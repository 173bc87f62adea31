package storage

import (
	"context"
	"sync"
	"time"
)

// gather makes one statement of those that come while another is under way: the
// first of them waits for nobody, and of a thousand a second each costs little. What
// is asked was not begun before it was asked.
type gather[Q, A any] struct {
	do func(ctx context.Context, asked []Q) ([]A, error) // an answer for each

	mu      sync.Mutex
	waiting []*gathered[Q, A]
	busy    bool
	running sync.WaitGroup // whoever closes the store waits for it
}

// gathered is one of those that are asked together.
type gathered[Q, A any] struct {
	asked    Q
	answer   A
	err      error
	answered chan struct{}
}

const (
	mostGathered = 100 // in one statement: it locks what it writes until it ends
	gatherTime   = 5 * time.Second
)

// ask gives the answer to asked. If ctx ends before, it may take effect all the same.
func (g *gather[Q, A]) ask(ctx context.Context, asked Q) (A, error) {
	one := &gathered[Q, A]{asked: asked, answered: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, one)
	if !g.busy {
		g.busy = true
		g.running.Go(g.run)
	}
	g.mu.Unlock()
	select {
	case <-one.answered:
		return one.answer, one.err
	case <-ctx.Done():
		var none A
		return none, ctx.Err()
	}
}

// run answers until nobody waits.
func (g *gather[Q, A]) run() {
	for batch := g.next(); len(batch) > 0; batch = g.next() {
		g.answer(batch)
		for _, one := range batch {
			close(one.answered)
		}
	}
}

// answer answers a batch in one statement, or each alone where that fails because of
// what was asked: one of them is not the others' fault.
func (g *gather[Q, A]) answer(batch []*gathered[Q, A]) {
	asked := make([]Q, len(batch))
	for i, one := range batch {
		asked[i] = one.asked
	}
	ctx, cancel := context.WithTimeout(context.Background(), gatherTime) // nobody's is that of the others
	answers, err := g.do(ctx, asked)
	cancel()
	if err != nil && len(batch) > 1 && !IsUnavailable(err) {
		for i := range batch {
			g.answer(batch[i : i+1])
		}
		return
	}
	for i, one := range batch {
		if one.err = err; err == nil {
			one.answer = answers[i]
		}
	}
}

func (g *gather[Q, A]) next() []*gathered[Q, A] {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), mostGathered)
	batch := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	g.busy = n > 0
	return batch
}
