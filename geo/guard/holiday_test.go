package guard

import (
	"bufio"
	_ "embed"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

//go:embed testdata/holidays.txt
var holidaysGolden string

func TestHolidaysAgreeWithAnotherImplementation(t *testing.T) {
	calendars := map[string]Calendar{"CA": Canada, "US": UnitedStates}
	years := 0
	for lines := bufio.NewScanner(strings.NewReader(holidaysGolden)); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if f[0] == "#" {
			continue
		}
		var year int
		fmt.Sscan(f[1], &year)
		want, got := f[2:], []string(nil)
		for d := dayOf(year, time.January, 1); d.year() == year; d++ {
			if _, month, date := d.date(); calendars[f[0]].holiday(d) {
				got = append(got, fmt.Sprintf("%02d%02d", month, date))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s %d (-golden +got):\n%s", f[0], year, diff)
		}
		years++
	}
	if years != 122 {
		t.Errorf("compared %d years, want 122", years)
	}
}
