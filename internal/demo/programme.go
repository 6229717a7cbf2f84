package demo

// kind is a category with what its events are called and cost. Prices are whole units of the currency, before the city's price level.
type kind struct {
	slug, name string
	titles     []string // each is used with the words of its %s, if it has one
	words      []string
	summaries  []string
	paragraphs []string
	hours      []int // local hours of the start
	minutes    int   // how long it lasts
	price      int64 // 0: free
	seats      int   // usual number of seats of the main ticket type
	online     int   // every n-th event is online; 0: never
	tiers      []tier
}

// tier is a ticket type: a share of the seats at a share of the price, both in percent.
type tier struct {
	name, description string
	seats, price      int
}

var (
	standing   = []tier{{"Early bird", "The same evening for less, while they last.", 20, 75}, {"General admission", "Standing.", 65, 100}, {"Balcony", "A reserved seat with the best view.", 15, 160}}
	seated     = []tier{{"Stalls", "Rows 1 to 12.", 50, 100}, {"Circle", "First balcony.", 35, 75}, {"Concession", "Students, pensioners, job seekers; bring proof.", 15, 50}}
	single     = []tier{{"Ticket", "One person.", 100, 100}}
	learn      = []tier{{"Seat", "Materials included.", 80, 100}, {"Supporter", "Pays for somebody who cannot.", 20, 150}}
	meet       = []tier{{"Community", "Free, first come first served.", 60, 0}, {"Supporter", "Keeps the evening free for the others.", 40, 100}}
	households = []tier{{"Child", "Up to 14 years.", 50, 50}, {"Adult", "With or without children.", 50, 100}}
)

var kinds = []kind{
	{
		slug: "live-music", name: "Live music", price: 28, seats: 600, hours: []int{19, 20, 20, 21}, minutes: 180, tiers: standing,
		titles: []string{"%s — live", "An evening with %s", "%s: the autumn tour", "%s and friends"},
		words: []string{
			"The Paper Lanterns", "Nightjar", "Milla Voss", "Low Tide Choir", "Static Bloom", "Ada & the Engines", "Northern Tram", "Velvet Static",
			"Juno Park", "The Long Weekend", "Saltwater Kings", "Isla Moreau",
		},
		summaries:  []string{"New songs, old favourites and a band that never plays the same set twice.", "Guitars, brass and a room that sings along.", "Two hours of songs made for late trains home."},
		paragraphs: []string{"Doors open an hour before the start. Support to be announced on the day.", "The record came out in spring; the songs have grown on the road since. Expect all of it, and a few covers nobody has guessed yet.", "The floor is standing. There are seats on the balcony, and a step-free way in from the side entrance."},
	},
	{
		slug: "theatre", name: "Theatre", price: 34, seats: 320, hours: []int{18, 19, 19, 20}, minutes: 140, tiers: seated,
		titles: []string{"%s", "%s (new staging)", "%s — closing week"},
		words: []string{
			"The Last Ferry", "A House with Two Doors", "The Understudy", "Salt and Ashes", "Letters to a Stranger", "The Cartographer's Wife", "Nobody's Birthday",
			"What the River Kept", "The Small Hours", "An Honest Thief",
		},
		summaries:  []string{"A family dinner, one empty chair, and a secret that everybody knows.", "Four actors, eleven parts, no interval to catch your breath.", "The play the town talked about all summer is back for a few nights."},
		paragraphs: []string{"Two acts, one interval of twenty minutes. Latecomers are let in at the interval.", "After the Thursday show the company stays for a talk with the audience.", "Recommended from 14 years. There is a hearing loop in rows 3 to 8."},
	},
	{
		slug: "comedy", name: "Comedy", price: 18, seats: 180, hours: []int{19, 20, 21}, minutes: 100, tiers: single,
		titles:     []string{"%s", "%s: late show", "%s — work in progress"},
		words:      []string{"Five Comics, One Microphone", "Mind the Step", "Bad Advice", "The Polite Roast", "Nina Okafor: Mostly True", "Improv Court", "Open Mic Royale", "Tom Brandt: Out of Office"},
		summaries:  []string{"Stand-up from people who should be in bed by now.", "No script, no plan, a bell and a very strict judge.", "An hour of jokes on their way to a festival."},
		paragraphs: []string{"Seats are not numbered: come early and sit where you dare.", "The bar stays open. Phones stay in pockets, please: these jokes are not finished."},
	},
	{
		slug: "tech", name: "Tech", price: 45, seats: 250, hours: []int{9, 10, 18}, minutes: 240, online: 4, tiers: meet,
		titles:     []string{"%s meetup", "%s day", "Hands-on %s", "%s after work"},
		words:      []string{"Go", "GraphQL", "PostgreSQL", "Web Performance", "Platform Engineering", "Accessibility", "Machine Learning", "Open Source", "Observability", "Rust"},
		summaries:  []string{"Three talks, one long break, and people who like to be asked.", "What worked, what broke at three in the morning, and what we would do again.", "Bring a laptop and a problem; leave with one of them."},
		paragraphs: []string{"Talks are thirty minutes with ten for questions. Slides and recordings go to everybody with a ticket.", "There is food for everybody, with and without meat. Tell us about allergies when you book.", "Newcomers are welcome: look for the people with the yellow badges."},
	},
	{
		slug: "workshops", name: "Workshops", price: 65, seats: 16, hours: []int{10, 11, 14, 17}, minutes: 180, online: 6, tiers: learn,
		titles:     []string{"%s for beginners", "%s: a day course", "Introduction to %s"},
		words:      []string{"Wheel Throwing", "Bookbinding", "Sourdough", "Screen Printing", "Film Photography", "Calligraphy", "Bicycle Repair", "Natural Dyeing", "Letterpress"},
		summaries:  []string{"Make one thing by hand and take it home.", "Small group, big table, no talent needed.", "Learn the part that books leave out."},
		paragraphs: []string{"Everything you need is on the table. Wear something that may get dirty.", "Groups are small so that nobody waits for help. Tea and cake are part of it."},
	},
	{
		slug: "food-drink", name: "Food & drink", price: 38, seats: 60, hours: []int{12, 18, 19}, minutes: 150, tiers: single,
		titles:     []string{"%s tasting", "%s supper club", "%s walk"},
		words:      []string{"Natural Wine", "Street Food", "Six Cheeses", "Harbour Kitchen", "Coffee Roasters'", "Winter Soup", "Craft Cider", "Chocolate"},
		summaries:  []string{"Long table, short menu, good neighbours.", "Six glasses and the people who made them.", "Eat your way through four streets and one market hall."},
		paragraphs: []string{"Vegetarian by default; tell us if you eat less than that.", "We start on time, because the oven does."},
	},
	{
		slug: "sports", name: "Sports", price: 22, seats: 900, hours: []int{9, 11, 15, 18}, minutes: 150, tiers: seated,
		titles:     []string{"%s", "%s — final", "%s: open day"},
		words:      []string{"City Night Run", "Bouldering Cup", "Roller Derby Classics", "Table Tennis Open", "River Swim", "Winter Basketball Cup", "Sunrise Half Marathon"},
		summaries:  []string{"Come to race, come to shout: both are welcome.", "One evening, sixteen teams, one very loud hall.", "Start slow, finish proud."},
		paragraphs: []string{"Spectators are let in an hour before the first start.", "There are lockers and showers. Children under six come in free with an adult."},
	},
	{
		slug: "family", name: "Family", price: 12, seats: 140, hours: []int{10, 11, 15}, minutes: 75, tiers: households,
		titles:     []string{"%s", "%s (from 4 years)", "Sunday with %s"},
		words:      []string{"The Dragon Who Knitted", "Puppets of the Moon", "The Big Bubble Lab", "Captain Pumpkin", "The Orchestra for Small Ears", "Dinosaurs at Breakfast"},
		summaries:  []string{"An hour for small people and those who carry them.", "Loud where it may be loud, soft where it is scary.", "Science you can pop."},
		paragraphs: []string{"Cushions in the front, chairs behind. Prams can stay in the foyer.", "Lasts as long as children can sit still, plus ten minutes."},
	},
	{
		slug: "film", name: "Film", price: 14, seats: 210, hours: []int{18, 20, 21}, minutes: 130, tiers: single,
		titles:     []string{"%s on 35 mm", "%s with live score", "Night of %s"},
		words:      []string{"Silent Comedies", "Short Films", "Lost Westerns", "Animated Dreams", "Documentary Firsts", "Midnight Horror", "City Symphonies"},
		summaries:  []string{"A print that has not left its tin for thirty years.", "Three musicians, one projector, no safety net.", "Twelve films, none longer than a song."},
		paragraphs: []string{"Original language with English subtitles.", "The people who made it are there for questions afterwards."},
	},
	{
		slug: "art", name: "Art & exhibitions", price: 0, seats: 120, hours: []int{11, 17, 18}, minutes: 120, online: 9, tiers: []tier{{"Free ticket", "So that we know how many are coming.", 100, 0}},
		titles:     []string{"%s — opening", "%s: guided tour", "%s after dark"},
		words:      []string{"Paper Cities", "The Colour of Noise", "Borrowed Light", "Maps of Nowhere", "Soft Machines", "Portraits of Strangers"},
		summaries:  []string{"New work by eleven people who have never met.", "See it with the person who hung it.", "The museum is yours when everybody else has gone home."},
		paragraphs: []string{"Admission is free; the number of people in the rooms is not without end, so please book.", "Tours start in the foyer under the clock."},
	},
}

var givenNames = []string{"Ada", "Jonas", "Mira", "Felix", "Noor", "Luca", "Ines", "Emil", "Sofia", "Karim", "Greta", "Hugo", "Lena", "Mateo", "Yara", "Oskar", "Clara", "Theo", "Amira", "Nils"}

var familyNames = []string{"Berger", "Okafor", "Silva", "Novak", "Lindqvist", "Moreau", "Haas", "Kaya", "Byrne", "Costa", "Meier", "Jensen", "Rossi", "Bakker", "Walsh"}
