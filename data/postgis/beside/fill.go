package beside

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/wkt"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Fill loads reports with their places, which must be points, makes the indexes
// and the statistics.
func (t *Table) Fill(ctx context.Context, line *frontier.Frontier, reports iter.Seq[report.Version]) error {
	err := t.copy(ctx, `COPY segments FROM STDIN`, func(w *bufio.Writer) error {
		for _, s := range line.Segments() {
			fmt.Fprintf(w, "%s\tSRID=4326;%s\n", s.ID, wkt.MarshalString(line.Slice(s.Stretch)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = t.copy(ctx, `COPY reports FROM STDIN`, func(w *bufio.Writer) error {
		for v := range reports {
			if v.Point == nil {
				return fmt.Errorf("report %s is not a point", v.ID)
			}
			writeLine(w, line, &v)
		}
		return nil
	})
	if err != nil {
		return err
	}
	steps := append(statements(indexSQL+indexMoreSQL), `VACUUM ANALYZE reports, segments`)
	for i, sql := range steps {
		t.Step(i, len(steps))
		if err := t.exec(ctx, sql); err != nil {
			return err
		}
	}
	t.Step(len(steps), len(steps))
	return nil
}

// statements are those of a text whose lines end with a semicolon nowhere else.
func statements(text string) (all []string) {
	for sql := range strings.SplitSeq(text, ";\n") {
		if strings.TrimSpace(sql) != "" {
			all = append(all, sql)
		}
	}
	return all
}

// copy sends what write writes, in PostgreSQL's text format.
func (t *Table) copy(ctx context.Context, sql string, write func(*bufio.Writer) error) error {
	read, into := io.Pipe()
	wrote := make(chan error, 1)
	go func() {
		w := bufio.NewWriterSize(into, 1<<16)
		err := errors.Join(write(w), w.Flush())
		into.CloseWithError(err)
		wrote <- err
	}()
	_, err := t.plans[0].PgConn().CopyFrom(ctx, read, sql)
	read.CloseWithError(errors.New("the server takes no more"))
	return errors.Join(err, <-wrote)
}

const null = `\N`

// writeLine writes a report as a line of COPY. None of its texts holds what would
// have to be escaped.
func writeLine(w *bufio.Writer, line *frontier.Frontier, v *report.Version) {
	published, uncertainty := null, null
	if !v.Published.IsZero() {
		published = v.Published.Format(time.RFC3339Nano)
	}
	if v.Uncertainty != nil {
		uncertainty = strconv.FormatFloat(float64(*v.Uncertainty), 'g', -1, 64)
	}
	fmt.Fprintf(w, "%d\t%s\tSRID=4326;POINT(%v %v)\t%s\t%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%g\t%g\t%s\n",
		v.Seq, v.ID, v.Point[0], v.Point[1], v.Start.Format(time.RFC3339Nano), v.End.Format(time.RFC3339Nano),
		v.Count.Best, v.Count.Min, v.Count.Max, v.Unit, v.Direction, v.Relation, published, v.Source, v.Status,
		uncertainty, v.TLP, v.Place.Part, v.Place.Measure/1000, v.Place.Offset, segmentID(line, v.Place))
}

// Empty removes all reports, and of the indexes those that only questions need,
// so that inserts have less to do.
func (t *Table) Empty(ctx context.Context) error {
	return t.exec(ctx, `TRUNCATE reports; DROP INDEX IF EXISTS reports_geom_time, reports_segment_time`)
}

// Writer inserts reports one by one over a connection of its own.
type Writer struct{ conn *pgx.Conn }

// Writer connects.
func (t *Table) Writer(ctx context.Context) (*Writer, error) {
	c, err := pgx.ConnectConfig(ctx, session(t.config, map[string]string{"synchronous_commit": "on"}))
	return &Writer{c}, err
}

const insertSQL = `INSERT INTO reports (id, geom, observed_start, observed_end, count_best, count_min, count_max, unit, direction,
	relation, published, source, status, uncertainty_m, tlp, part, km, offset_m, segment)
	VALUES ($1, ST_SetSRID(ST_MakePoint($2, $3), 4326), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
	ON CONFLICT (id) DO NOTHING`

// Write inserts a report, which is durable when it returns. The same id twice is
// inserted once.
func (w *Writer) Write(ctx context.Context, line *frontier.Frontier, v *report.Version) error {
	published := &v.Published
	if v.Published.IsZero() {
		published = nil
	}
	_, err := w.conn.Exec(ctx, insertSQL, v.ID, v.Point[0], v.Point[1], v.Start, v.End, v.Count.Best, v.Count.Min, v.Count.Max,
		string(v.Unit), string(v.Direction), string(v.Relation), published, v.Source, string(v.Status), (*float64)(v.Uncertainty),
		string(v.TLP), v.Place.Part.String(), float64(v.Place.Measure/1000), float64(v.Place.Offset), segmentID(line, v.Place))
	return err
}

// Close disconnects.
func (w *Writer) Close(ctx context.Context) error { return w.conn.Close(ctx) }
