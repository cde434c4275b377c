#!/bin/bash
# Builds the release of erlclu-ctl and erlclud (or of the products named) in .build-release. It needs nothing at run time but
# libc, and OpenSSL where it speaks TLS (loaded then): Swift's runtime, libstdc++ and libgcc are linked in.
#
# Each flag was measured by the start of the process: lld with identical code folding and packed relocations takes
# half a millisecond off, static libstdc++ and libgcc another half. Types made by their accessors instead of looked up by
# their mangled names save a fifth of all instructions.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=.build-release
# A directory with this one archive in it, so that the linker finds nothing else static.
mkdir -p $scratch/static
ln -sf "$(gcc -print-file-name=libstdc++.a)" $scratch/static/libstdc++.a

flags=(
    -c release --scratch-path "$scratch" --static-swift-stdlib --disable-local-rpath
    -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors
    -Xswiftc -use-ld=lld -Xlinker "-L$PWD/$scratch/static"
    -Xlinker --icf=all -Xlinker --gc-sections -Xlinker --no-export-dynamic
    -Xlinker -z -Xlinker pack-relative-relocs
    -Xswiftc -Xclang-linker -Xswiftc -static-libgcc
)
[ $# -gt 0 ] || set -- erlclu-ctl erlclud
for product; do
    "${SWIFT:-swift}" build "${flags[@]}" --product "$product" >&2
done

# A library that creeps in costs every start and every target machine.
for product; do
    needed=$(readelf -d "$scratch/release/$product" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    for library in $needed; do
        case $library in
        libc.so.* | libm.so.* | ld-linux*) ;;
        *)
            echo "build-release.sh: $product would need $library on the target" >&2
            exit 1
            ;;
        esac
    done
done
