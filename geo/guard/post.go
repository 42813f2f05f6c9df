package guard

import (
	"encoding/json"

	"frontierwatch/geo/report"
)

// AppendPost appends the JSON of a post.
func AppendPost(dst []byte, p *Post) []byte {
	b, _ := json.Marshal(p)
	return append(dst, b...)
}

// DecodePost reads what AppendPost wrote.
func DecodePost(body []byte) (p Post, err error) {
	err = json.Unmarshal(body, &p)
	return p, err
}

// ValidatePost lists what is wrong with a post; nil: nothing.
func ValidatePost(p Post) report.Faults {
	if p.ID == "" {
		return report.Faults{{Member: "/id", Detail: "must not be empty"}}
	}
	return nil
}
