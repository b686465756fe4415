"""The commands that build a workspace, from its top directory."""

#: With autotools, in the directory {compiler}.
FULL = """
test -x tree/configure || (cd tree && autoreconf -fi)
mkdir -p {compiler}
cd {compiler}
# libtool is a shell script, run for each file: dash runs it in half the time
test -x config.status || CONFIG_SHELL=/bin/dash /bin/dash \\
    ../tree/configure -C CC={compiler} --enable-werror
make -j2
"""

#: After FULL: into stage/.
INSTALL = """
rm -rf ../stage
make install DESTDIR=$PWD/../stage
"""

#: The modules alone, into stage/; see quick.mk. Configures when that changed.
QUICK = """
mkdir -p quick/config
asked=$(cat tree/configure.ac tree/m4/dovecot-prototypes.m4 \\
    tree/winnow-config.h.in | cksum)
if [ "$asked" != "$(cat quick/asked 2>&1)" ]; then
    test -x tree/configure || (cd tree && autoreconf -fi)
    (cd quick/config && CONFIG_SHELL=/bin/dash /bin/dash \\
        ../../tree/configure -C)
    echo "$asked" > quick/asked
fi
has=$(grep -c "define HAVE_SETTINGS_GET" quick/config/winnow-config.h || :)
make -C quick -f ../tree/tools/testbed/quick.mk -j2 HAVE_SETTINGS_GET="${has#0}"
"""
