package main

import (
	"fmt"

	"marquee/internal/service"
	"marquee/subgraphs/analytics"
	"marquee/subgraphs/bookings"
	"marquee/subgraphs/events"
	"marquee/subgraphs/notifications"
	"marquee/subgraphs/payments"
	"marquee/subgraphs/users"
)

// specs are the subgraphs, in the order in which they are started and seeded.
func specs() []service.Spec {
	return []service.Spec{
		users.Service(), events.Service(), bookings.Service(), payments.Service(), notifications.Service(), analytics.Service(),
	}
}

func specOf(name string) (service.Spec, error) {
	for _, s := range specs() {
		if s.Name == name {
			return s, nil
		}
	}
	return service.Spec{}, fmt.Errorf("there is no subgraph %q", name)
}
