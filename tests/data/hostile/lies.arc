filedesc://x.arc 0.0.0.0 20080430204825 text/plain 76
1 0 InternetArchive
URL IP-address Archive-date Content-type Archive-length

http://a.example/1 1.2.3.4 20080430204826 text/plain 264
HTTP/1.1 200 OK
Content-Type: text/plain

Brass is patient.

The old pump house on Canal Row will open to visitors on Saturday, after four years in which volunteers scraped, oiled and argued over every one of its nine hundred moving parts. Tickets at the gate.

http://c.example/x 1.2.3.4 20080430204826 text/plain 7
HTTP/1.1 200 OK
Content-Type: text/plain

Some other words.
http://c.example/y 1.2.3.4 20080430204826 text/plain 99999999
HTTP/1.1 200 OK
Content-Type: text/plain

More words.
http://b.example/2 1.2.3.4 20080430204826 text/plain 266
HTTP/1.1 200 OK
Content-Type: text/plain

Steam and cake.

The old pump house on Canal Row will open to visitors on Saturday, after four years in which volunteers scraped, oiled and argued over every one of its nine hundred moving parts. The whistle blows twice.

http://d.example/z 1.2.3.4 20080430204826 text/plain 4000
HTTP/1.1 200 OK
Content-Type: text/plain

The end is cut
