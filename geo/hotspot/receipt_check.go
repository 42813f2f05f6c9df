package hotspot

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
)

// Seal sets the hash: SHA-256 over the receipt without its member sha256, in the
// canonical form of RFC 8785 (members by name, no spaces, numbers as ECMAScript
// writes them), so that it can be checked with any other program.
func (r *Receipt) Seal() error {
	sum, err := r.sum()
	r.SHA256 = sum
	return err
}

func (r *Receipt) sum() (string, error) {
	tree, err := r.tree()
	if err != nil {
		return "", err
	}
	delete(tree, "sha256")
	// encoding/json sorts the members of a map and writes numbers as RFC 8785 has them;
	// of texts, those of a receipt hold nothing that the two escape differently.
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(tree); err != nil {
		return "", err
	}
	sum := sha256.Sum256(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
	return hex.EncodeToString(sum[:]), nil
}

// tree is the receipt as JSON has it.
func (r *Receipt) tree() (tree map[string]any, err error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return tree, json.Unmarshal(text, &tree)
}

// DecodeReceipt reads a receipt as JSON. A member that a receipt does not have is an
// error, since its hash would not cover it.
func DecodeReceipt(text []byte) (r Receipt, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, fmt.Errorf("not a receipt: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return r, errors.New("not a receipt: something follows it")
	}
	if r.Format != 1 {
		return r, fmt.Errorf("a receipt of format %d, this program knows 1", r.Format)
	}
	return r, nil
}

// exactness is how far numbers of two receipts may be apart, as a part of them: what
// machines of different kinds differ by in the last digits.
const exactness = 1e-9

// Differences names what does not agree between a receipt and the one that was
// reckoned again, by JSON pointers; none: they say the same.
func (r *Receipt) Differences(again *Receipt) ([]string, error) {
	sum, err := r.sum()
	if err != nil {
		return nil, err
	}
	was, err := r.tree()
	if err != nil {
		return nil, err
	}
	is, err := again.tree()
	if err != nil {
		return nil, err
	}
	delete(was, "sha256")
	delete(is, "sha256")
	var found []string
	if sum != r.SHA256 {
		found = append(found, "/sha256: is not that of the receipt, which was changed after it was made")
	}
	return differ(found, "", was, is), nil
}

// differ appends what is not the same in two JSON values.
func differ(found []string, at string, was, is any) []string {
	switch a := was.(type) {
	case map[string]any:
		b, _ := is.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(a)) {
			found = differ(found, at+"/"+name, a[name], b[name])
		}
		return found
	case []any:
		b, _ := is.([]any)
		if len(a) != len(b) {
			return append(found, fmt.Sprintf("%s: the receipt has %d, the store %d", at, len(a), len(b)))
		}
		for i := range a {
			found = differ(found, at+"/"+strconv.Itoa(i), a[i], b[i])
		}
		return found
	case float64:
		if b, ok := is.(float64); ok && math.Abs(a-b) <= exactness*max(1, math.Abs(a), math.Abs(b)) {
			return found
		}
	default:
		if was == is {
			return found
		}
	}
	return append(found, fmt.Sprintf("%s: the receipt says %s, the store %s", at, shown(was), shown(is)))
}

func shown(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "something else"
	}
	return string(text)
}
