package gpkg

const setLock = 90 // F_OFD_SETLK of sys/fcntl.h
