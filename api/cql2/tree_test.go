package cql2

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// anyTree draws any tree that a reader could make.
func anyTree() *rapid.Generator[Node] {
	return rapid.Custom(func(t *rapid.T) Node { return drawFilter(t, 4) })
}

func drawFilter(t *rapid.T, depth int) Node {
	if depth > 0 && rapid.Bool().Draw(t, "joined") {
		op := rapid.SampledFrom([]Op{And, Or, Not}).Draw(t, "op")
		n := Node{Op: op}
		for range map[Op]int{And: rapid.IntRange(2, 4).Draw(t, "n"), Or: 2, Not: 1}[op] {
			n.Args = append(n.Args, drawFilter(t, depth-1))
		}
		return n
	}
	value := func() Node { return drawValue(t) }
	switch op := rapid.SampledFrom([]Op{Equal, Less, Like, Between, In, IsNull, "s_intersects", "t_during", "a_equals", Truth}).Draw(t, "op"); op {
	case Truth:
		return Node{Op: Truth, Truth: rapid.Bool().Draw(t, "truth")}
	case Between:
		return Node{Op: op, Args: []Node{value(), value(), value()}}
	case In:
		return Node{Op: op, Args: []Node{value(), {Op: List, Args: []Node{value(), value()}}}}
	case IsNull:
		return Node{Op: op, Args: []Node{drawProperty(t)}}
	case "s_intersects":
		return Node{Op: rapid.SampledFrom(spatial()).Draw(t, "spatial"), Args: []Node{drawProperty(t), drawShape(t)}}
	case "t_during":
		return Node{Op: rapid.SampledFrom(temporal()).Draw(t, "temporal"), Args: []Node{drawTime(t), drawTime(t)}}
	case "a_equals":
		return Node{Op: rapid.SampledFrom(array()).Draw(t, "array"), Args: []Node{drawArray(t, 2), drawProperty(t)}}
	case Equal, Less:
		return Node{Op: rapid.SampledFrom(comparisons()).Draw(t, "comparison"), Args: []Node{value(), value()}}
	default:
		return Node{Op: op, Args: []Node{value(), value()}}
	}
}

func drawProperty(t *rapid.T) Node {
	return Node{Op: Property, Text: rapid.SampledFrom([]string{"a", "and", "a b", "DATE", "ü", "1", "'"}).Draw(t, "name")}
}

func drawValue(t *rapid.T) Node {
	switch rapid.IntRange(0, 4).Draw(t, "value") {
	case 0:
		return drawProperty(t)
	case 1:
		return Node{Op: Number, Number: rapid.Float64().Draw(t, "number")}
	case 2:
		return Node{Op: CaseI, Args: []Node{drawProperty(t)}}
	case 3:
		return drawMoment(t)
	}
	text := rapid.StringOf(rapid.RuneFrom([]rune(`ab'\%_"ü`))).Draw(t, "text")
	return Node{Op: Text, Text: strings.TrimRight(text, `\`)}
}

func drawMoment(t *rapid.T) Node {
	at := time.UnixMilli(rapid.Int64Range(0, 1<<42).Draw(t, "at")).UTC()
	if rapid.Bool().Draw(t, "date") {
		return Node{Op: Date, Time: at.Truncate(24 * time.Hour)}
	}
	return Node{Op: Timestamp, Time: at}
}

func drawTime(t *rapid.T) Node {
	switch rapid.IntRange(0, 2).Draw(t, "time") {
	case 0:
		return drawProperty(t)
	case 1:
		return drawMoment(t)
	}
	return Node{Op: Interval, Args: []Node{drawMoment(t), rapid.SampledFrom([]Node{{Op: Open}, {Op: Property, Text: "end"}}).Draw(t, "end")}}
}

func drawArray(t *rapid.T, depth int) Node {
	n := Node{Op: List}
	for range rapid.IntRange(0, 3).Draw(t, "elements") {
		switch rapid.IntRange(0, 3).Draw(t, "element") {
		case 0:
			n.Args = append(n.Args, drawShape(t))
		case 1:
			if depth > 0 {
				n.Args = append(n.Args, drawArray(t, depth-1))
			}
		default:
			n.Args = append(n.Args, drawValue(t))
		}
	}
	return n
}

func drawShape(t *rapid.T) Node {
	p := func() orb.Point {
		return orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
	}
	a, b, c := p(), p(), p()
	polygon := orb.Polygon{{a, b, c, a}}
	all := []orb.Geometry{a, orb.LineString{a, b}, polygon, orb.MultiPoint{a, b}, orb.MultiLineString{{a, b}, {b, c}}, orb.MultiPolygon{polygon, polygon}}
	all = append(all, orb.Collection(all[:4]), nil)
	if shape := rapid.SampledFrom(all).Draw(t, "shape"); shape != nil {
		return Node{Op: Geometry, Shape: shape}
	}
	return Node{Op: BBox, Box: [4]float64{a[0], min(a[1], b[1]), b[0], max(a[1], b[1])}}
}

// A tree survives text, JSON, and text again, to the letter.
func TestTreesSurviveBothLanguages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := anyTree().Draw(t, "tree")
		text := n.String()
		if len(text) > MaxLength {
			return
		}
		fromText, err := ParseText(text)
		if d := alike(n, fromText); err != nil || d != "" {
			t.Fatalf("%s: %v\n%s", text, err, d)
		}
		written, err := json.Marshal(fromText)
		if err != nil {
			t.Fatal(err)
		}
		fromJSON, err := ParseJSON(string(written))
		if d := alike(n, fromJSON); len(written) <= MaxLength && (err != nil || d != "") {
			t.Fatalf("%s: %v\n%s", written, err, d)
		}
		if again := fromJSON.String(); len(written) <= MaxLength && again != text {
			t.Fatalf("%s\nbecame\n%s", text, again)
		}
	})
}

// Nothing that can be read can break the compiler or the filter that it makes.
func FuzzCompile(f *testing.F) {
	for _, x := range pairs {
		f.Add(strings.NewReplacer("layer:ids", "tags", `"values"`, "tags", "TRUE, 1.0, 8", "name").Replace(x.text), "Emerson", 3.5)
		f.Add(strings.NewReplacer("unit", "name", "a =", "n =", "t,", "start,").Replace(x.text), "Emerson", 3.5)
	}
	f.Fuzz(func(t *testing.T, text, name string, km float64) {
		n, err := ParseText(text)
		if err != nil {
			return
		}
		filter, err := Compile(n, queryables)
		if err != nil {
			return
		}
		for _, v := range []row{{}, {"name": name, "tags": []string{name, "a"}, "km": km, "geometry": orb.Point{km, km}, "start": at("2017-01-31")}} {
			if got := filter.holds(v); filter.holds(v) != got || got > yes {
				t.Fatalf("%s is %d, and then another", text, got)
			}
		}
	})
}
