package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// operation is a method on an address: what the router knows of it is what the
// API document says.
type operation struct {
	method, path string // path as in the document: /collections/ports/items/{id}
	id           string // operationId
	tag, summary string
	text         string // what more there is to say
	parameters   []parameter
	formats      []format // of its answer, the favourite first
	takes        *accepts // nil: no body
	returns      []result
	fails        []int // statuses of its problems beyond those that every operation has
	handle       func(*call) error
}

// accepts is a body that an operation takes.
type accepts struct {
	media  []string
	schema string // name of a component; empty: it is no JSON, or many
	most   int64  // bytes
}

// result is a success of an operation.
type result struct {
	status int
	text   string
	schema string // name of the component that JSON answers keep to; empty: no JSON
}

func ok(schema string) []result { return []result{{http.StatusOK, "The answer.", schema}} }

func created(schema string) []result {
	return []result{
		{http.StatusCreated, "It is stored, and durable.", schema},
		{http.StatusOK, "The same report was there already.", schema},
	}
}

// call is one request on its way through one operation.
type call struct {
	echo.Context
	*server
	operation *operation
	asked     asked
	format    format
	base      string // the address of the landing page as the caller sees it, without a slash at its end
}

// register gives every operation to the router, with HEAD where there is GET, and
// OPTIONS for every address.
func (s *server) register(e *echo.Echo, operations []operation) {
	allow := map[string][]string{}
	for i := range operations {
		op := &operations[i]
		op.parameters = append(op.parameters, paramFormat(op.formats))
		path := strings.NewReplacer("{", ":", "}", "").Replace(op.path)
		e.Add(op.method, path, s.serve(op))
		allow[path] = append(allow[path], op.method)
		if op.method == http.MethodGet {
			e.Add(http.MethodHead, path, s.serve(op))
			allow[path] = append(allow[path], http.MethodHead)
		}
	}
	for path, methods := range allow {
		header := allowed(methods)
		e.Add(http.MethodOptions, path, func(c echo.Context) error {
			c.Response().Header().Set("Allow", header)
			return c.NoContent(http.StatusOK)
		})
	}
}

// allowed is the header Allow of an address.
func allowed(methods []string) string {
	order := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}
	var header []string
	for _, method := range order {
		if method == http.MethodOptions || slices.Contains(methods, method) {
			header = append(header, method)
		}
	}
	return strings.Join(header, ", ")
}

// serve reads what every operation reads in the same way, then lets it answer.
func (s *server) serve(op *operation) echo.HandlerFunc {
	return func(ec echo.Context) error {
		r := ec.Request()
		c := &call{Context: ec, server: s, operation: op, base: s.origin(r)}
		if err := op.permit(readerOf(r)); err != nil {
			return err
		}
		var faults []fault
		if c.asked, faults = ask(r.URL.Path, r.URL.RawQuery, op.parameters); len(faults) > 0 {
			return badRequest(faults)
		}
		if c.format = c.choose(); c.format == 0 {
			return newProblem(http.StatusNotAcceptable, "this address answers as "+strings.Join(medias(op.formats), ", "))
		}
		if err := c.read(); err != nil {
			return err
		}
		return op.handle(c)
	}
}

// choose is the format of the answer: that of the parameter f, else by the header
// Accept; 0 if none will do.
func (c *call) choose() format {
	if c.asked.format == "" {
		return negotiate(strings.Join(c.Request().Header.Values("Accept"), ","), c.operation.formats)
	}
	for _, f := range c.operation.formats {
		if f.named(c.asked.format) {
			return f
		}
	}
	return 0
}

func medias(formats []format) []string {
	all := make([]string, len(formats))
	for i, f := range formats {
		all[i] = f.kind().media
	}
	return all
}
