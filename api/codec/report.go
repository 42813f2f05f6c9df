package codec

import (
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// appendReport is what appendByColumns does with reportTable, written out, because
// reports are what answers are full of: it takes half of the time. Tests hold the
// two against each other.
func appendReport(dst []byte, g ground, v *report.Version, links []Link) []byte {
	dst = append(dst, `{"type":"Feature","id":`...)
	dst = appendText(dst, v.ID)
	dst = append(dst, `,"geometry":`...)
	dst = appendReportShape(dst, g, v)
	dst = append(dst, `,"properties":{"fid":`...)
	dst = appendInteger(dst, v.FID)
	dst = appendObserved(dst, v)
	dst = appendSaid(dst, v)
	dst = appendPlaced(dst, g.frontier, v)
	dst = appendLogged(dst, v)
	if links != nil {
		dst = appendLinks(append(dst, `,"links":`...), links)
	}
	return append(dst, '}')
}

func appendReportShape(dst []byte, g ground, v *report.Version) []byte {
	switch {
	case v.Point != nil:
		return appendPoint(dst, *v.Point)
	case v.Stretch != nil:
		return g.appendRough(dst, v.Place.Segment, *v.Stretch)
	}
	return append(dst, "null"...)
}

// appendObserved appends observed_start to relation.
func appendObserved(dst []byte, v *report.Version) []byte {
	dst = append(dst, `,"observed_start":`...)
	start := len(dst)
	dst = instantOrNull(dst, v.Start)
	end := len(dst)
	dst = append(dst, `,"observed_end":`...)
	if v.End == v.Start { // most are an instant
		dst = append(dst, dst[start:end]...)
	} else {
		dst = instantOrNull(dst, v.End)
	}
	dst = appendInteger(append(dst, `,"count_best":`...), v.Count.Best)
	dst = appendInteger(append(dst, `,"count_min":`...), v.Count.Min)
	dst = appendInteger(append(dst, `,"count_max":`...), v.Count.Max)
	dst = textOrNull(append(dst, `,"unit":`...), string(v.Unit))
	dst = textOrNull(append(dst, `,"direction":`...), string(v.Direction))
	return textOrNull(append(dst, `,"relation":`...), string(v.Relation))
}

// appendSaid appends published to releasable_to.
func appendSaid(dst []byte, v *report.Version) []byte {
	dst = instantOrNull(append(dst, `,"published":`...), v.Published)
	dst = textOrNull(append(dst, `,"source":`...), v.Source)
	dst = textOrNull(append(dst, `,"source_ref":`...), v.SourceRef)
	dst = textOrNull(append(dst, `,"status":`...), string(v.Status))
	if v.Uncertainty == nil {
		dst = append(dst, `,"uncertainty_m":null`...)
	} else {
		dst = realOrNull(append(dst, `,"uncertainty_m":`...), float64(*v.Uncertainty), 2)
	}
	if len(v.Overlaps) == 0 {
		dst = append(dst, `,"overlaps":null`...)
	} else {
		dst = appendTexts(append(dst, `,"overlaps":`...), v.Overlaps)
	}
	dst = textOrNull(append(dst, `,"tlp":`...), string(v.TLP))
	dst = append(dst, `,"releasable_to":`...)
	switch v.Releasable & (report.CAN | report.USA) {
	case report.CAN:
		return append(dst, `["CAN"]`...)
	case report.USA:
		return append(dst, `["USA"]`...)
	case report.CAN | report.USA:
		return append(dst, `["CAN","USA"]`...)
	}
	return append(dst, "null"...)
}

// appendPlaced appends part to segment.
func appendPlaced(dst []byte, f *frontier.Frontier, v *report.Version) []byte {
	dst = appendText(append(dst, `,"part":`...), v.Place.Part.String())
	if s := v.Stretch; s == nil {
		dst = append(dst, `,"km_from":null,"km_to":null`...)
	} else {
		dst = realOrNull(append(dst, `,"km_from":`...), s.From.KM(), 5)
		dst = realOrNull(append(dst, `,"km_to":`...), s.To.KM(), 5)
	}
	dst = realOrNull(append(dst, `,"km":`...), v.Place.Measure.KM(), 3)
	if v.Point == nil {
		dst = append(dst, `,"offset_m":null,"side":null`...)
	} else {
		dst = realOrNull(append(dst, `,"offset_m":`...), float64(v.Place.Offset), 1)
		dst = textOrNull(append(dst, `,"side":`...), v.Place.Side.String())
	}
	return textOrNull(append(dst, `,"segment":`...), segmentID(f, v.Place.Segment))
}

// appendLogged appends seq to deleted, and ends the properties.
func appendLogged(dst []byte, v *report.Version) []byte {
	dst = appendInteger(append(dst, `,"seq":`...), int64(v.Seq))
	dst = instantOrNull(append(dst, `,"recorded":`...), v.Recorded)
	dst = appendInteger(append(dst, `,"revision":`...), int64(v.Revision))
	if v.Replaces == 0 {
		dst = append(dst, `,"replaces":null`...)
	} else {
		dst = appendInteger(append(dst, `,"replaces":`...), int64(v.Replaces))
	}
	if v.Deleted {
		return append(dst, `,"deleted":true}`...)
	}
	return append(dst, `,"deleted":false}`...)
}
