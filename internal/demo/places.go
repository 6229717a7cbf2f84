package demo

// city is where demo events happen. Coordinates are of the centre; venues lie around it.
type city struct {
	name, country, zone, currency string
	latitude, longitude           float64
	streets                       []string
}

var cities = []city{
	{"Berlin", "DE", "Europe/Berlin", "EUR", 52.5200, 13.4050, []string{"Oranienstraße", "Torstraße", "Revaler Straße", "Kastanienallee"}},
	{"Hamburg", "DE", "Europe/Berlin", "EUR", 53.5511, 9.9937, []string{"Reeperbahn", "Schanzenstraße", "Am Sandtorkai", "Lange Reihe"}},
	{"Munich", "DE", "Europe/Berlin", "EUR", 48.1351, 11.5820, []string{"Fraunhoferstraße", "Theresienstraße", "Rosenheimer Straße", "Tal"}},
	{"Vienna", "AT", "Europe/Vienna", "EUR", 48.2082, 16.3738, []string{"Neubaugasse", "Praterstraße", "Gumpendorfer Straße", "Wollzeile"}},
	{"Zurich", "CH", "Europe/Zurich", "CHF", 47.3769, 8.5417, []string{"Langstrasse", "Josefstrasse", "Limmatquai", "Seefeldstrasse"}},
	{"Amsterdam", "NL", "Europe/Amsterdam", "EUR", 52.3676, 4.9041, []string{"Prinsengracht", "Haarlemmerdijk", "Ceintuurbaan", "Javastraat"}},
	{"Copenhagen", "DK", "Europe/Copenhagen", "DKK", 55.6761, 12.5683, []string{"Istedgade", "Nørrebrogade", "Vesterbrogade", "Strandgade"}},
	{"Paris", "FR", "Europe/Paris", "EUR", 48.8566, 2.3522, []string{"Rue Oberkampf", "Quai de Valmy", "Rue de Charonne", "Rue des Martyrs"}},
	{"Barcelona", "ES", "Europe/Madrid", "EUR", 41.3874, 2.1686, []string{"Carrer de Blai", "Carrer de Verdi", "Passeig del Born", "Rambla del Poblenou"}},
	{"Lisbon", "PT", "Europe/Lisbon", "EUR", 38.7223, -9.1393, []string{"Rua da Rosa", "Rua do Século", "Rua da Boavista", "Avenida Almirante Reis"}},
	{"London", "GB", "Europe/London", "GBP", 51.5072, -0.1276, []string{"Brick Lane", "Kingsland Road", "Camden High Street", "Bermondsey Street"}},
	{"Dublin", "IE", "Europe/Dublin", "EUR", 53.3498, -6.2603, []string{"Wexford Street", "Capel Street", "South William Street", "Smithfield Square"}},
}

// venueNames are given out in turn; the city makes them unique.
var venueNames = []string{
	"The Lantern Hall", "Old Tram Depot", "Kiln Street Theatre", "Riverside Studios", "The Glass Garden", "Signal Box",
	"Harbour Rooms", "Copper Works", "The Reading Room", "Skylight Loft", "Orchard House", "The Print Shop",
}
