package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// scan walks through a text and says what is wrong with it.
func scan(text string) *SyntaxError {
	s := scanner{text: []byte(text)}
	s.skip()
	s.end()
	return s.err
}

// Texts that RFC 8259 allows, most of them of the kinds that JSONTestSuite (Seriot,
// 2016, "Parsing JSON is a Minefield") calls y_.
var goodJSON = []string{
	`null`, `true`, `false`, ` 1 `, "\t[\r\n] ", `{}`, `[]`, `""`, `[[]   ]`, `{"a":[]}`, `[1,null,true,false,"",{},[]]`,
	`0`, `-0`, `-1`, `0.1`, `1e1`, `1E+2`, `1e-02`, `123.456e78`, `-0.0e-0`, `1e999`, `100000000000000000000`,
	`"\u0060\u012a\u12AB"`, `"\uD801\udc37"`, `"\"\\\/\b\f\n\r\t"`, `"\\u0000"`, `"a/*b*/c/*d//e"`, `"\u0000"`, `"\uFFFF"`, `"\uDBFF\uDFFE"`,
	`"é€𝄞"`, "\"\u2028\u2029\"", "\"\u007f\"", `"⍂㈴⍂"`, `{"a":1,"a":2}`, `{"":0}`, `{"foo\u0000bar":42}`, "{\"a\":\n\"b\"}",
	`{"Image":{"Width":800,"Height":600,"Title":"View from 15th Floor","Animated":false,"IDs":[116,943,234,38793]}}`, // RFC 8259, section 13
}

// Texts that it does not allow, of the kinds called n_.
var badJSON = []string{
	``, ` `, `[`, `]`, `{`, `}`, `[}`, `{]`, `[1,]`, `[,1]`, `[1,,2]`, `[1 2]`, `["a" "b"]`, `[1:2]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`,
	`{"a" 1}`, `{"a"::1}`, `{1:1}`, `{a:1}`, `{'a':1}`, `{"a":1 "b":2}`, `{"a":1,,"b":2}`, `{"a":1}}`, `[]]`, `1 2`, `{}{}`, `{"a":/*x*/1}`, `[1]//x`, `#`,
	`nul`, `nulll`, `Null`, `TRUE`, `tru`, `fals`, `undefined`, `NaN`, `-NaN`, `Infinity`, `-Infinity`, `nan`, `inf`,
	`+1`, `01`, `-01`, `1.`, `.5`, `-.5`, `-`, `--1`, `1e`, `1e+`, `1E-`, `1.e1`, `0x1`, `1_000`, `1,5`, `1a`, `-a`, `0e`, `2.e3`, `1 000`, "1\u0660", "\uff11",
	`"`, `"a`, `'a'`, `"\`, `"\"`, `"\x"`, `"\u"`, `"\u1"`, `"\u12"`, `"\u123"`, `"\u123x"`, `"\U0041"`, `"\a"`, `"\é"`, "\"\t\"", "\"\n\"", "\"\x00\"", "\"\x1f\"",
	"\"\xff\"", "\"\xc3\"", "\"\xc0\xaf\"", "\"\xe0\x80\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xed\xa0\x80\"", "\"\\n\xff\"", "\xff", "[\xff]",
	"\ufeff{}", "\u00a0[]", "[\u2060]", "\v1", "\f1", "[1]\x00", "\x00", "{\"a\":1}\u00a0", `<null>`, `*`, `{"a":"b"}#`, "\"a\"\x1e",
}

// encoding/json takes lone surrogates and bytes that are no UTF-8, and makes U+FFFD
// of them. They are refused here: what is stored should be what was sent.
var badOnlyHere = []string{`"\ud800"`, `"\udc00"`, `"\ud800\ud800"`, `"\ud800\u0041"`, `"\ud800x"`, `"\uDEAD"`, `"\uD834\\dd1e"`, `"\uD800\b"`}

func TestWhatIsJSON(t *testing.T) {
	for _, text := range goodJSON {
		if err := scan(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if !json.Valid([]byte(text)) {
			t.Errorf("%q is no JSON for encoding/json", text)
		}
	}
	for _, text := range append(append([]string{}, badJSON...), badOnlyHere...) {
		if scan(text) == nil {
			t.Errorf("%q is JSON", text)
		}
	}
	for _, text := range badJSON {
		if json.Valid([]byte(text)) && utf8.ValidString(text) {
			t.Errorf("%q is JSON for encoding/json", text)
		}
	}
}

func TestNestingIsBounded(t *testing.T) {
	for _, pair := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
		nested := func(n int) string { return strings.Repeat(pair[0], n) + "1" + strings.Repeat(pair[1], n) }
		if err := scan(nested(maxDepth)); err != nil {
			t.Errorf("%d levels: %v", maxDepth, err)
		}
		if scan(nested(maxDepth+1)) == nil {
			t.Errorf("%d levels", maxDepth+1)
		}
	}
	if scan(strings.Repeat("[", 1<<20)) == nil {
		t.Error("a million levels")
	}
	if err := scan("[" + strings.Repeat("[],", 100) + "[]]"); err != nil {
		t.Errorf("levels that were left count: %v", err)
	}
}

// A text that was cut says so, wherever that was, and one that was not does not.
func TestCutTextsAreTold(t *testing.T) {
	whole := having(`"source_ref":"\u00e9\ud83d\udec2é🛂","count_min":-1.5e-3,"status":null,"x":[true,false,{}]`)
	for n := range len(whole) {
		_, err := Decode([]byte(whole[:n]), defaults())
		if syntax, ok := err.(*SyntaxError); !ok || !syntax.Cut || syntax.Offset != n {
			t.Fatalf("%s: %v", whole[:n], err)
		}
		_, err = Decode([]byte(whole[:n]+"\x00"+whole[n:]), defaults())
		if syntax, ok := err.(*SyntaxError); !ok || syntax.Cut || syntax.Offset > n {
			t.Fatalf("%s, a zero byte, %s: %v", whole[:n], whole[n:], err)
		}
	}
}

func TestSyntaxErrorsSayWhere(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":NaN}`:     "not JSON at byte 5: a value is missing here; JSON knows no NaN, Infinity or bare words",
		`{"a":1,}`:      "not JSON at byte 7: the name of a member is missing here",
		`{"a" 1}`:       "not JSON at byte 5: a colon is missing here",
		`{"a":1 "b"}`:   "not JSON at byte 7: a comma or } is missing here",
		`[1 2]`:         "not JSON at byte 3: a comma or ] is missing here",
		`{} x`:          "not JSON at byte 3: something follows the end of the value",
		`"` + "a\x01":   "not JSON at byte 2: a string holds a control character; write it as an escape",
		`"a` + "\xff\"": "not JSON at byte 2: not UTF-8; save the text in that encoding",
		`"\x"`:          "not JSON at byte 1: a string holds an unknown escape",
		`"\ud800"`:      "not JSON at byte 7: a string holds half a character (a lone surrogate)",
		`[1`:            "not JSON at byte 2: the text ends too early",
		`"\ud800\b"`:    "not JSON at byte 7: a string holds an escape that is not \\u and four hexadecimal digits",
		`"\u12"`:        "not JSON at byte 1: a string holds an escape that is not \\u and four hexadecimal digits",
		`"\u12`:         "not JSON at byte 5: the text ends too early",
	} {
		if err := scan(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestStringsMeanWhatEncodingJSONSays(t *testing.T) {
	for _, text := range goodJSON {
		if text[0] == '"' {
			sameString(t, []byte(text))
		}
	}
}

func sameString(t *testing.T, text []byte) {
	t.Helper()
	s := scanner{text: text}
	s.peek()
	got := string(s.str())
	var want string
	if err := json.Unmarshal(text, &want); err != nil || s.err != nil || got != want {
		t.Errorf("%q: %q, want %q (%v, %v)", text, got, want, s.err, err)
	}
}

// The scanner and encoding/json agree on what is JSON, but for what the scanner
// refuses on purpose; and on what strings mean.
func FuzzScan(f *testing.F) {
	for _, list := range [][]string{goodJSON, badJSON, badOnlyHere} {
		for _, text := range list {
			f.Add([]byte(text))
		}
	}
	f.Add([]byte(emerson))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := scanner{text: bytes.Clone(text)}
		kind := s.kind()
		s.skip()
		s.end()
		if !bytes.Equal(s.text, text) {
			t.Fatal("the text was changed")
		}
		valid := json.Valid(text)
		switch {
		case s.err == nil && !valid:
			t.Fatalf("%q is JSON here only", text)
		case s.err != nil && (s.err.Offset < 0 || s.err.Offset > len(text) || s.err.Cut != (s.err.Offset == len(text))):
			t.Fatalf("%q: %+v", text, s.err)
		case s.err != nil && valid && utf8.Valid(text):
			d := s.err.Detail
			if !strings.Contains(d, "surrogate") && !strings.Contains(d, "nested") && !strings.Contains(d, "four hexadecimal") {
				t.Fatalf("%q: %v", text, s.err)
			}
		case s.err == nil && kind == kindString:
			sameString(t, text)
		}
	})
}
