package api

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// createReport stores one report: POST /collections/reports/items. 201 says that
// it is durable; sent again it is 200, with nothing stored twice.
func (c *call) createReport() error {
	text, err := c.readBody(maxReport)
	if err != nil {
		return err
	}
	id, err := c.defaultID()
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	r, err := report.Decode(text, report.Defaults{Now: c.now(), ID: id, Source: c.reporter()})
	if err != nil {
		c.unread(r, err)
	}
	var faults report.Faults
	if errors.As(err, &faults) {
		return joined(faults, c.corpus.Check(ctx, []report.Report{r}))
	}
	if err != nil {
		return err
	}
	added, err := c.corpus.Add(ctx, c.actor(), []report.Report{r})
	if err != nil {
		return err
	}
	if err := added[0].Err; err != nil {
		return err
	}
	if added[0].Already {
		// Under its id as it is stored, before which the id of the source may stand.
		if _, err := c.corpus.Report(ctx, added[0].Version.ID, log.AsOf{}); errors.Is(err, report.ErrNotFound) {
			return faulty(http.StatusConflict, "the report with this id was retracted", fault{Pointer: "/id", Detail: "names a report that was retracted; choose another id"})
		}
	}
	return c.created(added[0])
}

// created answers with the report as it was stored.
func (c *call) created(a report.Added) error {
	status := http.StatusCreated
	if a.Already {
		status = http.StatusOK
	}
	p := c.reportPage(stateOf(a.Version), []*report.Version{a.Version})
	c.Response().Header().Set("Location", c.base+itemPath("reports", a.Version.ID))
	return c.replyFeature(status, "reports", a.Version.ID, p)
}

// defaultID is the id of a report that brings none: made from the header
// Idempotency-Key, so that sending it again is no second report, else a UUIDv7.
func (c *call) defaultID() (string, error) {
	key := strings.Trim(strings.TrimSpace(c.Request().Header.Get("Idempotency-Key")), `"`)
	switch {
	case key == "":
		id, err := uuid.NewV7()
		return id.String(), err
	case len(key) > 255:
		return "", faulty(http.StatusBadRequest, "a header is wrong", fault{Header: "Idempotency-Key", Detail: "must have at most 255 characters"})
	case len(key) <= report.MaxID && addressable(key, "._:-"):
		return key, nil
	}
	sum := sha256.Sum256([]byte(key))
	return "key-" + hex.EncodeToString(sum[:16]), nil
}

// joined adds to the faults of a report in itself those that only the house can
// tell, its source and its place, unless they are about a member that has a
// fault already.
func joined(faults report.Faults, checked []report.Added) error {
	var more report.Faults
	var far *frontier.TooFarError
	if len(checked) == 1 {
		switch err := checked[0].Err; {
		case errors.As(err, &more):
		case errors.As(err, &far):
			more = report.Faults{{Member: "/geometry", Detail: tooFar(far)}}
		}
	}
	all := append(report.Faults{}, faults...)
	for _, f := range more {
		known := false
		for _, old := range faults {
			known = known || within(f.Member, old.Member) || within(old.Member, f.Member)
		}
		if !known {
			all = append(all, f)
		}
	}
	return all
}

// within says whether a JSON pointer names a member or something in it.
func within(pointer, member string) bool {
	rest, ok := strings.CutPrefix(pointer, member)
	return ok && (rest == "" || rest[0] == '/')
}
