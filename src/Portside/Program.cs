Console.WriteLine("portside");
