package main

import (
	"context"
	"errors"
	"iter"
	"time"

	"frontierwatch/data/postgis/beside"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// postgisPeer is a plain table of PostGIS.
type postgisPeer struct {
	*beside.Table
	line  *frontier.Frontier
	named string
	stop  func() error // ends the server if it is ours

	indexing *progress
}

// postgis connects to a server, or starts one that is installed.
func (b *bench) postgis(dsn string) (_ peer, err error) {
	stop := func() error { return nil }
	if dsn == "" {
		if dsn, stop, err = startPostGIS(b.session, b.dir, b.Reports); err != nil {
			return nil, err
		}
	}
	table, err := beside.Open(b.session, dsn)
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	p := &postgisPeer{Table: table, line: b.line, stop: stop, indexing: newProgress(b.session, "indexing the peer, steps")}
	if p.named, err = table.Version(b.session); err == nil {
		err = mustBe("postgres", table.PIDs())
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *postgisPeer) name() string { return "PostGIS" }

func (p *postgisPeer) version() string { return p.named }

func (p *postgisPeer) fill(ctx context.Context, line *frontier.Frontier, reports iter.Seq[report.Version]) error {
	p.Step = func(done, of int) { p.indexing.of(log.Seq(done), log.Seq(of)) }
	return p.Fill(ctx, line, reports)
}

func (p *postgisPeer) spent() (time.Duration, error) { return spentBy(p.PIDs()) }

// close drops the tables, also when the bench was called off.
func (p *postgisPeer) close() error {
	return errors.Join(p.Close(context.Background()), p.stop())
}

func (p *postgisPeer) ways(w wanted, few bool) []way {
	if w == segmentSums {
		return []way{{"PostGIS", asForms(p.SumForms(fourWeeks))}}
	}
	of := beside.Wanted{Newest: w == newestReports || w == newestOfTime, During: w == newestOfTime, Few: few}
	asJSON, counted := of, of
	asJSON.JSON, counted.Counted = true, true
	all := []way{{"PostGIS rows", asForms(p.Forms(of))}, {"PostGIS JSON", asForms(p.Forms(asJSON))}}
	if few && of.Newest { // ours counts always
		all = append(all, way{"PostGIS rows, counted", asForms(p.Forms(counted))})
	}
	return all
}

func asForms(found []beside.Form) (forms []form) {
	for _, f := range found {
		forms = append(forms, form{f.How + ": " + f.SQL, func(ctx context.Context, q beside.Question) (answer, error) {
			got, err := f.Ask(ctx, q)
			return answer{got.IDs, got.Points, got.Said, got.All, got.Sums, got.Text}, err
		}})
	}
	return forms
}

func (p *postgisPeer) empty(ctx context.Context) error { return p.Empty(ctx) }

func (p *postgisPeer) client(ctx context.Context) (func(*report.Version) error, func() error, error) {
	w, err := p.Writer(ctx)
	if err != nil {
		return nil, nil, err
	}
	return func(v *report.Version) error { return w.Write(ctx, p.line, v) }, func() error { return w.Close(context.Background()) }, nil
}

func (p *postgisPeer) worked(ctx context.Context) (time.Duration, error) {
	pids, err := p.Processes(ctx)
	if err != nil {
		return 0, err
	}
	return spentBy(pids)
}
