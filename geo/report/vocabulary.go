package report

import "strings"

// Unit is what a count counts. Unlike units are never added.
type Unit string

const (
	Persons       Unit = "persons"
	Interceptions Unit = "interceptions"
	Encounters    Unit = "encounters"
	Claims        Unit = "claims"
	Detections    Unit = "detections"
	Signs         Unit = "signs"
)

// Direction is the way people went.
type Direction string

const (
	Northbound       Direction = "northbound"
	Southbound       Direction = "southbound"
	DirectionUnknown Direction = "unknown"
)

// Relation is where a report stands to the ports of entry.
type Relation string

const (
	BetweenPorts    Relation = "between_ports"
	AtPort          Relation = "at_port"
	Inland          Relation = "inland"
	RelationUnknown Relation = "unknown"
)

// Status is the state of verification.
type Status string

const (
	Unverified Status = "unverified"
	Probable   Status = "probable"
	Confirmed  Status = "confirmed"
	Rejected   Status = "rejected"
)

// TLP is a Traffic Light Protocol 2.0 label (FIRST, 2022) without "TLP:".
type TLP string

const (
	Clear       TLP = "CLEAR"
	Green       TLP = "GREEN"
	Amber       TLP = "AMBER"
	AmberStrict TLP = "AMBER+STRICT"
	Red         TLP = "RED"
)

// The values each property may have, in the order in which they are listed to
// people; for TLP from the mildest to the strictest.
var (
	units      = [...]Unit{Persons, Interceptions, Encounters, Claims, Detections, Signs}
	directions = [...]Direction{Northbound, Southbound, DirectionUnknown}
	relations  = [...]Relation{BetweenPorts, AtPort, Inland, RelationUnknown}
	statuses   = [...]Status{Unverified, Probable, Confirmed, Rejected}
	tlps       = [...]TLP{Clear, Green, Amber, AmberStrict, Red}
)

// Countries is a set of the two nations.
type Countries uint8

const (
	CAN Countries = 1 << iota
	USA
)

func (c Countries) String() string { return strings.Join(c.Names(), ",") }

// Names lists the members, ISO 3166-1 alpha-3, never nil.
func (c Countries) Names() []string {
	names := []string{}
	if c&CAN != 0 {
		names = append(names, "CAN")
	}
	if c&USA != 0 {
		names = append(names, "USA")
	}
	return names
}
