package api

import (
	"net/http"

	"frontierwatch/geo/reader"
)

// Reading is a read of what is not public: who asked for what. It says nothing of
// what was answered.
type Reading struct {
	Key      string `json:"key"` // id, or "local"
	Tier     string `json:"tier"`
	Route    string `json:"route"`
	ID       string `json:"id,omitempty"` // of the feature, or the tile
	BBox     string `json:"bbox,omitempty"`
	Datetime string `json:"datetime,omitempty"`
	AsOf     string `json:"asOf,omitempty"`
	Request  string `json:"request"` // its number, as in the log of the server
}

// maxRead is how much of a parameter is recorded.
const maxRead = 200

// read tells of a read before it is answered. One that cannot be recorded is not
// answered.
func (c *call) read() error {
	if c.audit == nil || c.class.Tier == reader.Public || c.operation.method != http.MethodGet || c.operation.tag == metaTag {
		return nil
	}
	r := c.Request()
	who := readerOf(r)
	cut := func(text string) string { return text[:min(len(text), maxRead)] }
	id := c.Param("id")
	if z := c.Param("z"); z != "" {
		id = z + "/" + c.Param("x") + "/" + c.Param("y.mvt")
	}
	err := c.audit(Reading{
		Key: who.ID, Tier: who.Tier.String(), Route: c.operation.path, ID: cut(id), BBox: cut(c.QueryParam("bbox")),
		Datetime: cut(c.QueryParam("datetime")), AsOf: cut(c.QueryParam("asOf")), Request: c.Response().Header().Get(headerRequestID),
	})
	if err != nil {
		return newProblem(http.StatusServiceUnavailable, "this read cannot be recorded, and so is not answered").retry(10).because(err)
	}
	return nil
}
