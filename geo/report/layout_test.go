package report

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// layout writes a value of JSON in one of the many ways in which it can be written:
// members in any order, white space anywhere, any character as an escape, numbers
// with decimals and exponents.
type layout struct {
	strings.Builder
	rand *rand.Rand
}

func (l *layout) space() {
	for range max(0, l.rand.IntN(5)-2) {
		l.WriteByte(" \t\r\n"[l.rand.IntN(4)])
	}
}

func (l *layout) value(v any) {
	l.space()
	switch v := v.(type) {
	case *node:
		l.WriteByte('{')
		for i, k := range l.rand.Perm(len(v.names)) {
			if i > 0 {
				l.WriteByte(',')
			}
			l.value(v.names[k])
			l.WriteByte(':')
			l.value(v.values[k])
		}
		l.WriteByte('}')
	case []any:
		l.WriteByte('[')
		for i := range v {
			if i > 0 {
				l.WriteByte(',')
			}
			l.value(v[i])
		}
		l.WriteByte(']')
	case string:
		l.text(v)
	case json.Number:
		l.number(string(v))
	default:
		fmt.Fprint(l, map[any]string{nil: "null", true: "true", false: "false"}[v])
	}
	l.space()
}

// text writes about one character in four as an escape.
func (l *layout) text(s string) {
	l.WriteByte('"')
	for _, r := range s {
		short := strings.IndexRune("\"\\/\b\f\n\r\t", r)
		switch {
		case short >= 0 && (r < ' ' || r == '"' || r == '\\' || l.rand.IntN(2) == 0):
			l.WriteByte('\\')
			l.WriteByte(`"\/bfnrt`[short])
		case r >= ' ' && l.rand.IntN(4) > 0:
			l.WriteRune(r)
		default:
			for _, half := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(l, []string{`\u%04x`, `\u%04X`}[l.rand.IntN(2)], half)
			}
		}
	}
	l.WriteByte('"')
}

// number shifts the point of a decimal number by up to three places.
func (l *layout) number(s string) {
	negative := strings.HasPrefix(s, "-")
	integer, decimals, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	places := l.rand.IntN(4)
	for range places {
		if decimals == "" {
			decimals = "0"
		}
		integer, decimals = integer+decimals[:1], decimals[1:]
	}
	integer = strings.TrimLeft(integer, "0")
	if integer == "" {
		integer = "0"
	}
	if negative {
		l.WriteByte('-')
	}
	l.WriteString(integer)
	if decimals += strings.Repeat("0", l.rand.IntN(3)); decimals != "" {
		l.WriteString("." + decimals)
	}
	if places > 0 || l.rand.IntN(4) == 0 {
		fmt.Fprintf(l, "%c%s%d", "eE"[l.rand.IntN(2)], []string{"-", "-0"}[l.rand.IntN(2)], places)
	}
}

func TestAReportIsTheSameInEveryLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyReport().Draw(t, "report")
		l := &layout{rand: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "layout"), 0))}
		l.value(tree(AppendBody(nil, &want)))
		got, err := Decode([]byte(l.String()), defaults())
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("%s: %v (-want +got):\n%s", l, err, diff)
		}
	})
}

func TestASourceIsTheSameInEveryLayout(t *testing.T) {
	want := rcmp()
	want.Caveat = "tabs\tand \"quotes\" \\ / é 🛂"
	for seed := range uint64(50) {
		l := &layout{rand: rand.New(rand.NewPCG(seed, 0))}
		l.value(tree(AppendSource(nil, &want)))
		if got, err := DecodeSource([]byte(l.String())); err != nil || got != want {
			t.Errorf("%s: %+v (%v)", l, got, err)
		}
	}
}

// The control: what is written differently is not always the same text.
func TestLayoutsDiffer(t *testing.T) {
	texts := map[string]bool{}
	for seed := range uint64(10) {
		l := &layout{rand: rand.New(rand.NewPCG(seed, 0))}
		l.value(tree([]byte(emerson)))
		texts[l.String()] = true
	}
	if len(texts) < 9 {
		t.Errorf("only %d layouts of 10", len(texts))
	}
}
