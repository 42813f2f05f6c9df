package index

const (
	hilbertBits = 16 // of each coordinate
	strideBits  = 4  // of each that are looked up at once
	strideMask  = 1<<strideBits - 1
)

// strides are the steps along the curve, strideBits at once: for each way that a square
// can be turned and each of its cells how far along the curve the cell lies, and above
// that how the cell is turned. It is never changed.
var strides = func() (table [4 << (2 * strideBits)]uint16) {
	for i := range table {
		d, turned := stride(uint32(i>>(2*strideBits)), uint32(i>>strideBits&strideMask), uint32(i&strideMask))
		table[i] = uint16(turned<<(2*strideBits) | d)
	}
	return table
}()

// hilbert is how far along the Hilbert curve a cell of a square lies (Hilbert,
// 1891): cells that are near on the curve are near on the square.
func hilbert(x, y uint32) (d uint32) {
	turned := uint32(0)
	for shift := hilbertBits - strideBits; shift >= 0; shift -= strideBits {
		s := strides[turned<<(2*strideBits)|(x>>shift&strideMask)<<strideBits|y>>shift&strideMask]
		d, turned = d<<(2*strideBits)|uint32(s)&(1<<(2*strideBits)-1), uint32(s>>(2*strideBits))
	}
	return d
}

// stride is the same of a small square that is turned: by 1, its coordinates are
// swapped, by 2, both run the other way.
func stride(turned, x, y uint32) (d, after uint32) {
	for s := uint32(1) << (strideBits - 1); s > 0; s >>= 1 {
		right, up := x&s != 0, y&s != 0
		if turned&1 != 0 {
			right, up = up, right
		}
		if turned&2 != 0 {
			right, up = !right, !up
		}
		switch d <<= 2; {
		case right && !up:
			d += 3
		case right:
			d += 2
		case up:
			d++
		}
		if !up {
			if turned ^= 1; right {
				turned ^= 2
			}
		}
	}
	return d, turned
}
