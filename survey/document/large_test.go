package document_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey/document"
	"pascalatih/survey/roster"
	"pascalatih/survey/sheet"
)

// A city's whole roster is read in a small part of a small machine's memory.
func TestLargeRosterFitsInMemory(t *testing.T) {
	const most = 200 << 20
	data := largeRoster(t, 20_000)
	runtime.GC()
	before := heap()
	var read roster.Roster
	peak := watchHeap(func() { read = parse(t, data) })
	if grown := int64(peak) - int64(before); grown > most {
		t.Errorf("the heap grew by %d MB, more than %d MB", grown>>20, most>>20)
	}
	if len(read.Employees) != 20_000 || len(read.Participants) != 20_000 {
		t.Fatalf("there are %d employees and %d participants", len(read.Employees), len(read.Participants))
	}
}

func TestARosterReadAgainIsTheSame(t *testing.T) {
	data := largeRoster(t, 200)
	sameNIP := cmp.Comparer(func(a, b roster.NIP) bool { return a == b })
	if diff := cmp.Diff(parse(t, data), parse(t, data), sameNIP); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkLargeRoster(b *testing.B) {
	data := largeRoster(b, 20_000)
	peak := uint64(0)
	for b.Loop() {
		peak = max(peak, watchHeap(func() { parse(b, data) }))
	}
	b.ReportMetric(float64(peak>>20), "peak-MB")
}

func parse(t testing.TB, data []byte) roster.Roster {
	t.Helper()
	kind, tables, err := document.Recognise(data)
	if kind != document.Roster {
		t.Fatalf("it is %q: %v", kind, err)
	}
	read, err := roster.ParseTables("besar.xlsx", tables)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// largeRoster has n employees, each of them in a training.
func largeRoster(t testing.TB, n int) []byte {
	t.Helper()
	workbook, err := sheet.NewWriter()
	if err != nil {
		t.Fatal(err)
	}
	defer workbook.Close()
	add := func(name string, header []string, row func(i int) []string) {
		if err := workbook.Sheet(name, header...); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			var entries []sheet.Entry
			for _, value := range row(i) {
				entries = append(entries, sheet.Words(value))
			}
			if err := workbook.Row(entries...); err != nil {
				t.Fatal(err)
			}
		}
	}
	nip := func(i int) string { return fmt.Sprintf("1990010120%08d", i) }
	add("pegawai", []string{"nip", "nama", "unit", "jabatan", "golongan", "telepon", "atasan_nip"}, func(i int) []string {
		return []string{nip(i), fmt.Sprintf("Contoh %d", i), fmt.Sprintf("Dinas Contoh %d", i%40), "Analis Contoh", "III/b", fmt.Sprintf("0812%07d", i), nip(n)}
	})
	add("peserta", []string{"kode", "nip"}, func(i int) []string { return []string{"PEL-01", nip(i)} })
	var written bytes.Buffer
	if err := workbook.Finish(&written); err != nil {
		t.Fatal(err)
	}
	return written.Bytes()
}

// watchHeap is the most that was on the heap while something was done.
func watchHeap(do func()) uint64 {
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		most := heap()
		for {
			select {
			case <-ticker.C:
				most = max(most, heap())
			case <-done:
				peak <- max(most, heap())
				return
			}
		}
	}()
	do()
	close(done)
	return <-peak
}

func heap() uint64 {
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	return now.HeapAlloc
}
