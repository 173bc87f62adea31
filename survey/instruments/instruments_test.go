package instruments_test

import (
	"testing"

	"pascalatih/survey/instruments"
)

func TestAll(t *testing.T) {
	all, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		t.Log(i.Key, i.Version, len(i.Questions), i.Hash())
	}
}
