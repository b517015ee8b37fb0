package main

import (
	"strings"
	"sync"
	"time"
)

// queue serves getUpdates: an offset confirms what is below it, 100 updates come at once.
type queue struct {
	lock    sync.Mutex
	arrived *sync.Cond
	waiting []queued
}

type queued struct {
	id   int64
	body []byte
}

const pollFor = 5 * time.Second

func newQueue() *queue {
	q := &queue{}
	q.arrived = sync.NewCond(&q.lock)
	return q
}

// add makes an update with the next id, so that ids enter the queue in order.
func (q *queue) add(next func() (int64, []byte)) {
	q.lock.Lock()
	id, body := next()
	q.waiting = append(q.waiting, queued{id, body})
	q.lock.Unlock()
	q.arrived.Broadcast()
}

func (q *queue) get(offset int64) string {
	q.lock.Lock()
	defer q.lock.Unlock()
	for len(q.waiting) > 0 && q.waiting[0].id < offset {
		q.waiting = q.waiting[1:]
	}
	deadline := time.Now().Add(pollFor)
	for len(q.waiting) == 0 && time.Now().Before(deadline) {
		timer := time.AfterFunc(time.Until(deadline), q.arrived.Broadcast)
		q.arrived.Wait()
		timer.Stop()
	}
	updates := make([]string, 0, 100)
	for _, one := range q.waiting[:min(len(q.waiting), 100)] {
		updates = append(updates, string(one.body))
	}
	return `{"ok":true,"result":[` + strings.Join(updates, ",") + `]}`
}
