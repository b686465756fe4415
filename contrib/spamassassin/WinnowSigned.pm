package Mail::SpamAssassin::Plugin::WinnowSigned;

=head1 NAME

WinnowSigned - write a signed verdict for winnow (winnow_trust = signed)

=head1 SYNOPSIS

In F</etc/spamassassin/local.cf>:

  loadplugin Mail::SpamAssassin::Plugin::WinnowSigned /etc/spamassassin/WinnowSigned.pm
  winnow_sign_keys /etc/spamassassin/winnow.keys
  add_header all Site-Verdict _WINNOWSIGNED_

In Dovecot: C<winnow_scanner = spamassassin>, C<winnow_trust = signed>,
C<winnow_sign_header = X-Spam-Site-Verdict> (SpamAssassin puts C<X-Spam-> before
all names) and C<winnow_trusted_hosts>, the name of the mail server that hands
mail to SpamAssassin.

=head1 SETTINGS

=over

=item winnow_sign_keys path

The file of Dovecot's winnow_sign_keys, or one with the same lines, that
SpamAssassin can read when it reads its configuration. The last key that is not
retired signs.

=item winnow_sign_queue_id (0|1)    (default: 1)

Whether the queue id in the topmost Received field is signed, so that the
verdict is worth nothing in another message with the same Message-ID.

=back

What is signed is described in winnow's doc/sources.md.

=cut

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256_base64 sha256_hex);
use Mail::SpamAssassin::Conf;
use Mail::SpamAssassin::Logger;
use Mail::SpamAssassin::Plugin;

our @ISA = qw(Mail::SpamAssassin::Plugin);

sub new {
    my ($class, $mailsa) = @_;
    my $self = $class->SUPER::new($mailsa);

    bless($self, ref($class) || $class);
    $mailsa->{conf}->{parser}->register_commands([
        {   setting  => 'winnow_sign_keys',
            type     => $Mail::SpamAssassin::Conf::CONF_TYPE_STRING,
            is_admin => 1,
            code     => sub {
                my ($conf, $key, $value, $line) = @_;
                return $Mail::SpamAssassin::Conf::MISSING_REQUIRED_VALUE
                    if $value eq '';
                my $pair = _read_key($value);
                return $Mail::SpamAssassin::Conf::INVALID_VALUE if !$pair;
                $conf->{winnow_sign_key} = $pair;
            },
        },
        {   setting  => 'winnow_sign_queue_id',
            type     => $Mail::SpamAssassin::Conf::CONF_TYPE_BOOL,
            is_admin => 1,
            default  => 1,
        },
    ]);
    return $self;
}

# Name and secret of the last key without a date.
sub _read_key {
    my ($path) = @_;
    my $pair;

    my $file;
    if (!open($file, '<', $path)) {
        warn "winnow: can't open $path: $!\n";
        return;
    }
    while (my $line = <$file>) {
        my @words = split ' ', $line;
        $pair = [@words] if @words == 2 && $words[0] !~ /^#/;
    }
    close($file);
    warn "winnow: no key in $path\n" if !$pair;
    return $pair;
}

# The score is known when the header is written, and not before.
sub check_start {
    my ($self, $opts) = @_;

    $opts->{permsgstatus}->set_tag('WINNOWSIGNED', \&_signed);
    return 0;
}

sub _signed {
    my ($pms) = @_;
    my $key = $pms->{conf}->{winnow_sign_key};
    return '' if !$key;

    # with report_safe spam is put into another message, which has the lowest of
    # its Message-IDs and no Received field of our own; without a queue id a
    # sender gains nothing there, as what is signed says spam
    my $wrapped = $pms->is_spam() && $pms->{conf}->{report_safe};
    my ($name, $queue_id) =
        _facts($pms->{msg}->get_pristine_header(), $wrapped);
    $queue_id = '' if $wrapped || !$pms->{conf}->{winnow_sign_queue_id};
    my @items = (
        'v=1',
        "k=$key->[0]",
        't=' . time(),
        "q=$queue_id",
        'c=' . ($pms->is_spam() ? 'spam' : 'ham'),
        's=' . sprintf('%.3f', $pms->get_score()),
    );
    my $mac = hmac_sha256_base64(join(';', @items, "m=$name"), $key->[1]);
    # Digest::SHA leaves the '=' at the end away
    return join('; ', @items, "b=$mac=");
}

# What the message is called, and the id that the mail server gave it.
sub _facts {
    my ($header, $lowest) = @_;
    my %found;

    # a line break becomes a byte that no name has
    $header =~ s/\r\n/\n/g;
    $header =~ s/\n[ \t]/\r /g;
    while ($header =~ /^([^:\n]+?)[ \t]*:([^\n]*)$/mg) {
        my ($name, $value) = (lc $1, $2);
        $found{$name} = _canonical($value)
            if $name =~ /^(?:message-id|from|date|subject|received)$/
            && ($lowest || !exists $found{$name});
    }
    my $name = $found{'message-id'};
    if (!defined $name || $name eq '') {
        $name = sha256_hex(join('|',
            map { defined $found{$_} ? $found{$_} : '' }
                qw(from date subject)));
    }
    return ($name, _queue_id($found{received}));
}

# Servers fold lines anew: of the first 1024 bytes runs of blanks are one, and 512
# bytes count.
sub _canonical {
    my ($value) = @_;

    $value = substr($value, 0, 1024);
    $value =~ s/[ \t\r\n]+/ /g;
    $value =~ s/^ //;
    $value = substr($value, 0, 512);
    $value =~ s/ $//;
    return $value;
}

# "by HOST ... id ID", comments left out.
sub _queue_id {
    my ($received) = @_;

    return '' if !defined $received;
    1 while $received =~ s/\([^()]*\)/ /g;
    return $received =~ /\bby .* id ([A-Za-z0-9._\/+-]{1,64})(?:;| |$)/ ?
        $1 : '';
}

1;
