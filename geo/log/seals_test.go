package log

import (
	"maps"
	"testing"
)

func TestSealsAreReadAgain(t *testing.T) {
	first, second := Seals{2: {1, 2}, 300: {255}}, Seals{2: {9}, 7: {}}
	const want = `{"seals":[{"seq":2,"seal":"01020000000000000000000000000000"},{"seq":300,"seal":"ff000000000000000000000000000000"}]}`
	if got := string(first.Body()); got != want {
		t.Errorf("the body is %s, want %s", got, want)
	}
	if got := string(Seals(nil).Body()); got != `{"seals":[]}` {
		t.Errorf("of no seals the body is %s", got)
	}
	all := Seals{}
	for _, s := range []Seals{first, second} {
		if err := all.Read(s.Body()); err != nil {
			t.Fatal(err)
		}
	}
	if !maps.Equal(all, Seals{2: {9}, 7: {}, 300: {255}}) {
		t.Errorf("one redaction after the other is %v", all)
	}
}

// Whatever stands in a damaged store is refused or read, and what is read is written
// as seals again.
func FuzzSealsRead(f *testing.F) {
	for _, body := range []string{
		`{"seals":[{"seq":2,"seal":"01020000000000000000000000000000"}]}`, `{"seals":[]}`, `{`, `null`, ``,
		`{"seals":[{"seq":2,"seal":"0102"}]}`, `{"seals":[{"seq":2,"seal":"0102000000000000000000000000000000000000"}]}`,
		`{"seals":[{"seq":2,"seal":"zz020000000000000000000000000000"}]}`, `{"seals":[{"seq":-1,"seal":""}]}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		read, again := Seals{}, Seals{}
		if read.Read(body) != nil {
			return
		}
		if err := again.Read(read.Body()); err != nil || !maps.Equal(read, again) {
			t.Errorf("%q is %v, and again %v, %v", body, read, again, err)
		}
	})
}

func TestSealsOfDamagedStoresAreRefused(t *testing.T) {
	for _, body := range []string{
		``, `{`, `{"seals":[{"seq":2,"seal":""}]}`, `{"seals":[{"seq":2,"seal":"zz020000000000000000000000000000"}]}`,
		`{"seals":[{"seq":2,"seal":"01020000000000000000000000000000ff"}]}`, `{"seals":[{"seq":-2,"seal":"01020000000000000000000000000000"}]}`,
	} {
		if (Seals{}).Read([]byte(body)) == nil {
			t.Errorf("%s was read", body)
		}
	}
}
