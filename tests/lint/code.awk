# Blanks comments and the contents of string and character constants.
FNR == 1 { in_comment = 0 }
{
	out = ""
	for (i = 1; i <= length($0); i++) {
		c = substr($0, i, 1)
		two = substr($0, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (two == "/*") {
			in_comment = 1
			i++
		} else if (two == "//") {
			break
		} else if ((c == "\"" || c == "'") && $0 !~ /^[ \t]*#[ \t]*include/) {
			out = out c
			for (i++; i <= length($0); i++) {
				d = substr($0, i, 1)
				if (d == "\\")
					i++
				else if (d == c)
					break
			}
			out = out c
		} else {
			out = out c
		}
	}
	print FILENAME ":" FNR ":" out
}
