package storage

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// What comes while a statement is under way is asked together; one that fails
// because of what it asks fails alone, and a database that is away is away for all.
func TestGather(t *testing.T) {
	bad := errors.New("this one is bad")
	tests := map[string]struct {
		fails  error
		fail   []int   // of those asked, whose error it is
		groups [][]int // what was asked together
	}{
		"nothing fails":        {groups: [][]int{{0}, {1, 2, 3}}},
		"one is bad":           {fails: bad, fail: []int{2}, groups: [][]int{{0}, {1, 2, 3}, {1}, {2}, {3}}},
		"the database is away": {fails: context.DeadlineExceeded, fail: []int{1, 2, 3}, groups: [][]int{{0}, {1, 2, 3}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				first := make(chan struct{})
				var groups [][]int
				g := gather[int, string]{do: func(_ context.Context, asked []int) (answers []string, _ error) {
					if groups = append(groups, slices.Clone(asked)); asked[0] == 0 {
						<-first
					}
					for _, n := range asked {
						if n == 2 && test.fails != nil {
							return nil, test.fails
						}
						answers = append(answers, strconv.Itoa(n))
					}
					return answers, nil
				}}
				for n := range 4 {
					go func() {
						answer, err := g.ask(t.Context(), n)
						want, fails := strconv.Itoa(n), error(nil)
						if slices.Contains(test.fail, n) {
							want, fails = "", test.fails
						}
						if answer != want || !errors.Is(err, fails) {
							t.Errorf("%d is answered %q, %v", n, answer, err)
						}
					}()
					synctest.Wait() // they come one after the other
				}
				close(first)
				synctest.Wait()
				if diff := cmp.Diff(test.groups, groups); diff != "" {
					t.Errorf("asked together (-want +got):\n%s", diff)
				}
			})
		})
	}
}
