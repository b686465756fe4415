"""The commands that build a workspace, from its top directory."""

#: With autotools, in the directory {compiler}.
FULL = """
test -x tree/configure || (cd tree && autoreconf -fi)
mkdir -p {compiler}
cd {compiler}
# probes of our own may have changed
test ! -f config.cache || sed -i /winnow_cv_/d config.cache
# libtool is a shell script, run for each file: dash runs it in half the time
test -x config.status || CONFIG_SHELL=/bin/dash /bin/dash \\
    ../tree/configure -C CC={compiler} --enable-werror
make -j2
"""

#: The pure rooms and their tests alone, with AddressSanitizer and UBSan.
SANITIZED = """
test -x tree/configure || (cd tree && autoreconf -fi)
mkdir -p sanitized
cd sanitized
test -x config.status || CONFIG_SHELL=/bin/dash /bin/dash \\
    ../tree/configure -C --enable-werror CFLAGS="-g -O1 \\
    -fno-omit-frame-pointer -fsanitize=address,undefined \\
    -fno-sanitize-recover=all"
for room in verdict index criteria openssl; do
    make -C src/$room -j2
done
make -C tests/unit -k -j2 check
make -C fuzz -k -j2 check
"""

#: After FULL: into stage/.
INSTALL = """
rm -rf ../stage
make install DESTDIR=$PWD/../stage
"""

#: The modules alone, into stage/; see quick.mk. Configures when that changed.
QUICK = """
mkdir -p quick/config
asked=$(cat tree/configure.ac tree/m4/*prototypes.m4 tree/winnow-config.h.in |
    cksum)
if [ "$asked" != "$(cat quick/answered 2>&1)" ]; then
    (cd tree && autoreconf -fi)
    # its cache keeps what it knows of the system, not of our own probes
    test ! -f quick/config/config.cache ||
        sed -i /winnow_cv_/d quick/config/config.cache
    (cd quick/config && CONFIG_SHELL=/bin/dash /bin/dash \\
        ../../tree/configure -C)
    echo "$asked" > quick/answered
fi
has=$(grep -c "define HAVE_SETTINGS_GET" quick/config/winnow-config.h || :)
make -C quick -f ../tree/tools/testbed/quick.mk -j2 HAVE_SETTINGS_GET="${has#0}"
"""
